import { describe, expect, test } from 'vitest';
import { cachesWith, mcpServer, pod, policyPack } from '../testing/gen.ts';
import { refOf, serverOfOwned, serversOfPack, serversOfPod, serversOfService } from './mapping.ts';

const ROOT = 'sallyport-system';
const keys = (objects: Iterable<Parameters<typeof refOf>[0]>) =>
  [...objects]
    .map(refOf)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .sort();

function service(name: string, selector: object | undefined, namespace: string) {
  const metadata = { name, namespace, uid: name, resourceVersion: '1' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ...(selector === undefined ? {} : { selector }) },
  } as never;
}

const caches = cachesWith(
  mcpServer({ name: 'ledger' }),
  mcpServer({ name: 'wiki', spec: { workload: { selector: { matchLabels: { app: 'wiki' } }, port: 1 } } }),
  mcpServer({ name: 'ledger', namespace: 'sales' }),
  mcpServer({ name: 'named', namespace: 'sales', spec: { service: { name: 'front' } } }),
  pod({ name: 'ledger-1' }),
  pod({ name: 'ledger-2' }),
);

describe('a pack concerns', () => {
  test('every server of its namespace, since its targets may just have changed', () => {
    expect(keys(serversOfPack(policyPack(), caches, ROOT))).toEqual(['finance/ledger', 'finance/wiki']);
  });
  test('every server there is when it is of the root namespace', () => {
    expect(keys(serversOfPack(policyPack({ namespace: ROOT }), caches, ROOT))).toEqual([
      'finance/ledger',
      'finance/wiki',
      'sales/ledger',
      'sales/named',
    ]);
  });
});

test('a pod concerns the servers of its namespace that select it', () => {
  expect(keys(serversOfPod(pod(), caches))).toEqual(['finance/ledger']);
});

test.each([
  ['that leads to pods of a server: that server', 'front', 'finance', { app: 'ledger' }, ['ledger']],
  ['that leads to no pod: the server of its name', 'wiki', 'finance', { app: 'none' }, ['wiki']],
  ['without a selector: the server that gives its name', 'front', 'sales', undefined, ['named']],
  ['that nobody names: nobody', 'front', 'finance', undefined, []],
])('a Service concerns, %s', (_, name, namespace, selector, expected) => {
  const found = serversOfService(service(name, selector, namespace), caches);
  expect([...new Set(found.map((ref) => ref.name))]).toEqual(expected);
});

test('what we own concerns its server, by our label; what has none, nobody', () => {
  const metadata = {
    name: 'sallyport-policy-ledger',
    namespace: 'finance',
    labels: { 'sallyport.dev/server': 'ledger' },
  };
  expect(serverOfOwned({ apiVersion: 'v1', kind: 'ConfigMap', metadata })).toEqual([
    { namespace: 'finance', name: 'ledger' },
  ]);
  expect(serverOfOwned({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'finance' } })).toEqual(
    [],
  );
});
