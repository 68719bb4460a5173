import { describe, expect, it } from 'vitest';
import { checkPackPlacement, type PolicyPack, policyPackSchema } from './policy-pack.ts';

function pack(namespace: string, spec: object = {}): PolicyPack {
  return policyPackSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: 'baseline', namespace },
    spec,
  });
}

const requesters = { requesters: [{ principals: { names: ['billing-agent'] }, users: ['ada'] }] };
const selector = { namespaceSelector: { matchLabels: { env: 'prod' } } };

describe('checkPackPlacement', () => {
  it.each([
    ['a pack without a selector', pack('finance')],
    ['a pack without a selector in the root namespace', pack('sallyport-system')],
    ['a selector in the root namespace', pack('sallyport-system', selector)],
    ['requesters in the root namespace', pack('sallyport-system', requesters)],
  ])('has nothing against %s', (_, candidate) => {
    expect(checkPackPlacement(candidate, 'sallyport-system')).toEqual([]);
  });

  it('refuses a selector elsewhere', () => {
    expect(checkPackPlacement(pack('finance', selector), 'sallyport-system')).toEqual([
      {
        path: 'spec.namespaceSelector',
        message:
          'has no meaning in the namespace finance: only packs in sallyport-system, the namespace of the operator, reach other namespaces',
        mend: 'remove it, or move the pack to sallyport-system',
      },
    ]);
  });

  it('refuses requesters elsewhere, beside a selector too', () => {
    const paths = checkPackPlacement(pack('finance', { ...selector, ...requesters }), 'sallyport-system').map(
      ({ path }) => path,
    );
    expect(paths).toEqual(['spec.namespaceSelector', 'spec.requesters']);
  });
});

describe('roots of paths', () => {
  const isAllowed = (root: string): boolean =>
    policyPackSchema.safeParse({
      ...pack('finance'),
      spec: { tools: [{ names: ['a'], effect: 'Allow', arguments: { p: { type: 'path', roots: [root] } } }] },
    }).success;

  it.each(['/', '/data', '/data/', '/a/b.c/..d/...', '/.config', '/a b/é', '/*'])('may be %s', (root) => {
    expect(isAllowed(root)).toBe(true);
  });

  it.each(['', 'data', '//', '/data//', '/.', '/..', '/a/./b', '/a/../b', '/a/..', '/a/.', '/a\nb', '//a', '/a//b'])(
    'may not be %j',
    (root) => {
      expect(isAllowed(root)).toBe(false);
    },
  );
});

describe('hosts that people may be sent to', () => {
  const isAllowed = (host: string): boolean =>
    policyPackSchema.safeParse({
      ...pack('finance'),
      spec: { clientRequests: { urlElicitation: { effect: 'Allow', hosts: [host] } } },
    }).success;

  it.each([
    'example.com',
    '*.example.com',
    '*.com',
    'localhost',
    'xn--bcher-kva.example',
    '192.0.2.7',
    '[::1]',
    'a-b.c',
  ])('may be %s', (host) => {
    expect(isAllowed(host)).toBe(true);
  });

  it.each([
    ...['', '*', '*.', '*example.com', 'a.*.com', '**.example.com', '.example.com', 'example.com.', 'a..b', '-a.com'],
    ...['Example.com', 'bücher.example', 'example.com:443', 'https://example.com', 'example.com/', 'ada@example.com'],
    ...['a b.com', 'a\nb.com', '*.[::1]', '[::1', '[:::]', '1.2.3.256', 'a_b.com'],
  ])('may not be %j', (host) => {
    expect(isAllowed(host)).toBe(false);
  });
});

describe('limits', () => {
  const isAllowed = (limits: object): boolean =>
    policyPackSchema.safeParse({ ...pack('finance'), spec: { limits } }).success;

  it.each([{ batch: 0 }, { batch: 100 }, { sessionIdle: '1m' }, { sessionIdle: '24h' }, {}])('may be %j', (limits) => {
    expect(isAllowed(limits)).toBe(true);
  });

  it.each([
    { batch: -1 },
    { batch: 101 },
    { batch: 1.5 },
    { batch: '20' },
    { sessionIdle: '59s' },
    { sessionIdle: '24h1ms' },
    { sessionIdle: 60 },
  ])('may not be %j', (limits) => {
    expect(isAllowed(limits)).toBe(false);
  });
});
