import { expect, test } from 'vitest';
import { orphanOf } from './orphans.ts';
import { cachesWith, mcpServer, pod } from './testing/gen.ts';

const labels = { app: 'ledger', tier: 'gold' };
const gated = pod({ labels: { ...labels, 'pod-template-hash': 'a' } });

test.each([
  ['of its workload', { ...labels, 'pod-template-hash': 'b' }, { pod: 'ledger-1', server: 'ledger' }],
  [
    'of a Job',
    { app: 'ledger', 'job-name': 'x', 'batch.kubernetes.io/job-name': 'x' },
    { pod: 'ledger-1', server: 'ledger' },
  ],
  ['of another workload', { app: 'ledger', tier: 'silver' }, undefined],
  ['with no label of its own', { 'pod-template-hash': 'a' }, undefined],
])('a new pod %s', (_, given, expected) => {
  expect(orphanOf('finance', given, cachesWith(gated))).toEqual(expected);
});

test.each([
  ['its server is there', [gated, mcpServer()]],
  ['nobody like it has a gate', [pod({ labels, gateOf: null })]],
  ['it is in another namespace', [pod({ labels, namespace: 'sales' })]],
])('there is none where %s', (_, objects) => {
  expect(orphanOf('finance', labels, cachesWith(...objects))).toBeUndefined();
});

test('a server of another namespace is not the one that is missed', () => {
  const elsewhere = mcpServer({ namespace: 'sales' });
  expect(orphanOf('finance', labels, cachesWith(gated, elsewhere))).toEqual({ pod: 'ledger-1', server: 'ledger' });
});
