import { describe, expect, test } from 'vitest';
import { isGatedBy, isPodOf, gateOf, placementOf, selectorOf, stableUrl, upstreamUrl } from './placement.ts';
import { mcpServer, pod } from './testing/gen.ts';

const RUN = { workload: undefined, run: { image: 'wiki:1', port: 9000, path: '/mcp' } };
const REMOTE = { workload: undefined, remote: { url: 'http://127.0.0.1:8080/mcp' } };
const wiki = mcpServer({ name: 'wiki', spec: RUN });

describe('the placement of a server', () => {
  test('whose pods are there already: they are found by its labels', () => {
    const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp', path: '/rpc' };
    expect(placementOf(mcpServer({ spec: { workload } }))).toEqual({
      gate: 'injected',
      selector: { app: 'ledger' },
      endpoint: { port: 'mcp', path: '/rpc' },
      owned: { service: 'ledger', policy: 'sallyport-policy-ledger' },
    });
  });

  test('that the operator runs: its pods carry our label', () => {
    expect(placementOf(wiki)).toEqual({
      gate: 'injected',
      selector: { 'sallyport.dev/server': 'wiki' },
      endpoint: { port: 9000, path: '/mcp' },
      owned: { service: 'wiki', policy: 'sallyport-policy-wiki' },
    });
  });

  test.each([
    ['behind a URL', mcpServer({ spec: REMOTE })],
    ['that says nothing at all', { metadata: { name: 'x' } }],
  ])('%s has no gate here, and no pods', (_, server) => {
    expect(placementOf(server)).toEqual({ gate: 'none' });
    expect(selectorOf(server)).toEqual({});
  });
});

describe('a pod is one of a server', () => {
  const gold = mcpServer({ spec: { workload: { selector: { matchLabels: { app: 'ledger', tier: 'gold' } } } } });
  test.each([
    ['when it has all labels of the selector, and more', gold, { app: 'ledger', tier: 'gold', x: 'y' }, true],
    ['not when it has some of them', gold, { app: 'ledger' }, false],
    ['when it carries our label and the operator runs the image', wiki, { 'sallyport.dev/server': 'wiki' }, true],
    ['not by the name of another server', wiki, { 'sallyport.dev/server': 'ledger' }, false],
    ['not without labels', gold, undefined, false],
    [
      'never by an empty selector',
      mcpServer({ spec: { workload: { selector: { matchLabels: {} } } } }),
      { a: 'b' },
      false,
    ],
    ['never by a selector that is missing', mcpServer({ spec: { workload: { port: 1 } } }), { a: 'b' }, false],
    ['never where the server runs elsewhere', mcpServer({ spec: REMOTE }), {}, false],
  ])('%s', (_, server, labels, expected) => {
    expect(isPodOf(server, labels)).toBe(expected);
  });
});

describe('the gate of a pod', () => {
  test('is that of the server in its annotation', () => {
    expect(gateOf(pod())).toBe('ledger');
  });

  test('is none where the annotation stands without the container', () => {
    expect(gateOf(pod({ gateOf: null, annotations: { 'sallyport.dev/server': 'ledger' } }))).toBeUndefined();
  });

  test('is none where the container of that name ends before the server starts', () => {
    const plain = pod();
    const initContainers = [{ name: 'sallyport' }];
    expect(gateOf({ ...plain, spec: { ...plain.spec, initContainers } })).toBeUndefined();
  });

  test('guards a server when the pod is one of its own', () => {
    expect(isGatedBy(mcpServer(), pod())).toBe(true);
  });

  test('guards nobody whose labels have left the pod', () => {
    expect(isGatedBy(mcpServer(), pod({ labels: { app: 'other' } }))).toBe(false);
  });

  test('guards no other server that selects the pod', () => {
    expect(isGatedBy(mcpServer({ name: 'second' }), pod())).toBe(false);
  });
});

test.each([
  [8080, '/mcp', 'http://127.0.0.1:8080/mcp'],
  [8080, 'mcp', 'http://127.0.0.1:8080/mcp'],
  [80, '/', 'http://127.0.0.1:80/'],
])('the gate speaks to port %i and path %s of its pod', (port, path, url) => {
  expect(upstreamUrl(port, path)).toBe(url);
});

test('clients speak to the Service of the server', () => {
  expect(stableUrl(mcpServer())).toBe('http://ledger.finance.svc:80/mcp');
  expect(stableUrl(mcpServer({ spec: { service: { name: 'front', ports: [{ name: 'web', port: 8080 }] } } }))).toBe(
    'http://front.finance.svc:8080/mcp',
  );
  const tls = mcpServer({ spec: { access: { tls: { secretName: 'ledger-tls' } } } });
  expect([stableUrl(tls), stableUrl(tls, 81)]).toEqual([
    'https://ledger.finance.svc:443/mcp',
    'https://ledger.finance.svc:81/mcp',
  ]);
  expect(stableUrl(mcpServer(), 81)).toBe('http://ledger.finance.svc:81/mcp');
});
