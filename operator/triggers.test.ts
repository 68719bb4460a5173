/** One change of the world a row: who has to look again. Too few would be a status that lies, too many a storm. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caches } from './caches.ts';
import type { Ref } from './kit/resource.ts';
import { keyOf } from './kit/store.ts';
import { approvalRequest, cachesWith, mcpServer, pod, policyPack } from './testing/gen.ts';
import { connect } from './triggers.ts';

const ROOT = 'sallyport-system';

let caches: Caches;
let looked: { servers: Set<string>; packs: Set<string>; approvals: Set<string>; grants: Set<string> };

const wiki = { workload: { selector: { matchLabels: { app: 'wiki' } }, port: 1 } };
const revision = (letter: string) => ({ policy: { revision: `sha256:${letter.repeat(64)}` } });
const ledger = mcpServer({ name: 'ledger', uid: 'ledger', status: revision('a') });

beforeEach(() => {
  caches = cachesWith(
    ledger,
    mcpServer({ name: 'wiki', spec: wiki }),
    mcpServer({ name: 'ledger', namespace: 'sales' }),
    policyPack({ name: 'payments' }),
    policyPack({ name: 'baseline', namespace: ROOT }),
    policyPack({ name: 'sales', namespace: 'sales' }),
    pod({ name: 'ledger-1' }),
    approvalRequest({ name: 'waits' }),
  );
  looked = { servers: new Set(), packs: new Set(), approvals: new Set(), grants: new Set() };
  const queue = (seen: Set<string>) => ({ enqueue: (ref: Ref) => void seen.add(keyOf(ref)) });
  connect(
    caches,
    {
      ...{ servers: queue(looked.servers), packs: queue(looked.packs) },
      ...{ approvals: queue(looked.approvals), grants: queue(looked.grants) },
    },
    ROOT,
  );
});

function expectLooks(servers: string[], packs: string[] = [], approvals: string[] = []): void {
  expect([...looked.servers].sort()).toEqual(servers);
  expect([...looked.packs].sort()).toEqual(packs);
  expect([...looked.approvals].sort()).toEqual(approvals);
}

describe('a server', () => {
  test('that is new: itself, and the packs that may apply to it', () => {
    caches.servers.set(
      mcpServer({ name: 'new', spec: { workload: { selector: { matchLabels: { app: 'new' } }, port: 1 } } }),
    );
    expectLooks(['finance/new'], ['finance/payments', `${ROOT}/baseline`]);
  });

  test('that claims the pods of another one: both', () => {
    caches.servers.set(mcpServer({ name: 'rival' }));
    expect([...looked.servers].sort()).toEqual(['finance/ledger', 'finance/rival']);
  });

  test('whose status alone has changed: itself, nobody else', () => {
    caches.servers.set({
      ...ledger,
      metadata: { ...ledger.metadata, resourceVersion: '100001' },
      status: { ...revision('a'), endpoint: 'x' },
    });
    expectLooks(['finance/ledger']);
  });

  test('that has another policy now: also the calls that are held under the old one', () => {
    caches.servers.set({
      ...ledger,
      metadata: { ...ledger.metadata, resourceVersion: '100002' },
      status: revision('b'),
    });
    expectLooks(['finance/ledger'], [], ['finance/waits']);
  });

  test('that is gone: whoever shared its pods, its packs, and the calls that are held before it', () => {
    caches.servers.delete('finance/ledger');
    expectLooks(['finance/ledger'], ['finance/payments', `${ROOT}/baseline`], ['finance/waits']);
  });
});

describe('a pack', () => {
  test('of a namespace: itself and every server there', () => {
    caches.packs.set(policyPack({ name: 'new' }));
    expectLooks(['finance/ledger', 'finance/wiki'], ['finance/new']);
  });
  test('of the root namespace: every server there is', () => {
    caches.packs.delete(`${ROOT}/baseline`);
    expectLooks(['finance/ledger', 'finance/wiki', 'sales/ledger'], [`${ROOT}/baseline`]);
  });
});

describe('a pod', () => {
  test('concerns the servers that select it', () => {
    caches.pods.set(pod({ name: 'ledger-2' }));
    expectLooks(['finance/ledger']);
  });
  test('whose labels have changed: those of before as well', () => {
    caches.pods.set(pod({ name: 'ledger-1', labels: { app: 'wiki' } }));
    expectLooks(['finance/ledger', 'finance/wiki']);
  });
  test('of nobody concerns nobody', () => {
    caches.pods.set(pod({ name: 'x', labels: { app: 'x' } }));
    expectLooks([]);
  });
});

test.each([
  ['of the name of a server', 'wiki', { app: 'x' }, ['finance/wiki']],
  ['that leads to pods of a server', 'front', { app: 'ledger' }, ['finance/ledger']],
  ['of somebody else', 'front', { app: 'x' }, []],
])('a Service %s', (_, name, selector, expected) => {
  const metadata = { name, namespace: 'finance', uid: 's', resourceVersion: '1' };
  caches.services.set({ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector }, digest: '' });
  expectLooks(expected);
});

test.each(['configMaps', 'deployments'] as const)('of %s those that carry our label concern their server', (store) => {
  const metadata = {
    name: 'x',
    namespace: 'finance',
    uid: 'o',
    resourceVersion: '1',
    labels: { 'sallyport.dev/server': 'wiki' },
  };
  caches[store].set({ apiVersion: 'v1', kind: 'x', metadata } as never);
  expectLooks(['finance/wiki']);
});

test('the labels of a namespace concern its servers, and the packs of the root namespace', () => {
  caches.namespaces.set({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'sales', uid: 'n', resourceVersion: '1' },
  });
  expectLooks(['sales/ledger'], [`${ROOT}/baseline`]);
});

test('a request concerns itself', () => {
  caches.approvals.set(approvalRequest({ name: 'waits', status: { state: 'Pending', decision: 'Approved' } }));
  expectLooks([], [], ['finance/waits']);
});
