/** Finding things: what an index says has to be what a look at every object would say. */
import { describe, expect, test } from 'vitest';
import { approvalRequest, cachesWith, mcpServer, pod, policyPack } from './testing/gen.ts';

const names = (objects: Iterable<{ metadata: { name: string } }>) =>
  [...objects].map(({ metadata }) => metadata.name).sort();

function service(name: string, selector: object | undefined, namespace = 'finance') {
  const metadata = { name, namespace, uid: `service-${namespace}-${name}`, resourceVersion: '1' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...(selector === undefined ? {} : { selector }) } };
}

const goldServer = mcpServer({
  name: 'gold',
  spec: { workload: { selector: { matchLabels: { app: 'ledger', tier: 'gold' } }, port: 1 } },
});

describe('the pods of a selector', () => {
  const caches = cachesWith(
    pod({ name: 'a', labels: { app: 'ledger' } }),
    pod({ name: 'b', labels: { app: 'ledger', tier: 'gold' } }),
    pod({ name: 'c', labels: { app: 'wiki', tier: 'gold' } }),
    pod({ name: 'a', namespace: 'sales', labels: { app: 'ledger' } }),
  );
  test.each([
    ['one pair', { app: 'ledger' }, ['a', 'b']],
    ['two pairs', { tier: 'gold', app: 'ledger' }, ['b']],
    ['nothing that is there', { app: 'other' }, []],
    ['nothing at all', {}, []],
    ['no selector', undefined, []],
  ])('%s', (_, selector, expected) => {
    expect(names(caches.podsOf('finance', selector))).toEqual(expected);
  });

  test('follow the labels of a pod', () => {
    caches.pods.set(pod({ name: 'c', labels: { app: 'ledger' } }));
    expect(names(caches.podsOf('finance', { app: 'ledger' }))).toEqual(['a', 'b', 'c']);
    caches.pods.delete('finance/c');
    expect(names(caches.podsOf('finance', { app: 'ledger' }))).toEqual(['a', 'b']);
  });
});

describe('who selects a pod', () => {
  const caches = cachesWith(
    mcpServer({ name: 'ledger' }),
    goldServer,
    mcpServer({ name: 'ledger', namespace: 'sales' }),
    mcpServer({ name: 'broken', spec: { workload: { selector: {} } } }),
    service('mine', { app: 'ledger' }),
    service('other', { app: 'wiki' }),
    service('headless', undefined),
    service('all', {}),
  );
  test.each([
    ['some of its labels', { app: 'ledger' }, ['ledger']],
    ['all of them', { app: 'ledger', tier: 'gold' }, ['gold', 'ledger']],
    ['none', { tier: 'gold' }, []],
    ['a pod without labels', undefined, []],
  ])('servers by %s', (_, labels, expected) => {
    expect(names(caches.serversSelecting('finance', labels))).toEqual(expected);
  });

  test('Services, but not those without a selector, which have endpoints of their own', () => {
    expect(names(caches.servicesSelecting('finance', { app: 'ledger' }))).toEqual(['mine']);
  });
});

test('approvals are found by their server', () => {
  const [one, two] = [approvalRequest(), approvalRequest({ name: 'other' })];
  const caches = cachesWith(one, two, approvalRequest({ name: 'elsewhere', namespace: 'sales' }));
  expect(names(caches.approvals.byIndex('server', 'finance/ledger'))).toEqual(['ledger-transfer-1', 'other']);
});

test('servers and packs are found by their namespace, which has labels only once it is known', () => {
  const caches = cachesWith(mcpServer(), policyPack(), policyPack({ namespace: 'sales' }), {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'finance', labels: { team: 'x' }, uid: 'n', resourceVersion: '1' },
  });
  expect(names(caches.serversIn('finance'))).toEqual(['ledger']);
  expect(names(caches.packsIn('finance'))).toEqual(['payments']);
  expect(caches.namespaceLabels('finance')).toEqual({ team: 'x' });
  expect(caches.namespaceLabels('sales')).toBeUndefined();
});
