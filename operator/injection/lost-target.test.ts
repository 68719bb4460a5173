import { expect, test } from 'vitest';
import { type LostTarget, lostTargetOfPod } from './lost-target.ts';

const LOST: LostTarget = {
  server: 'gate',
  target: { apiVersion: 'kagent.dev/v1alpha1', kind: 'MCPServer', name: 'led-ger' },
  why: 'It is not there.',
};
const of = (...ownerReferences: unknown[]) =>
  lostTargetOfPod({ metadata: { ownerReferences }, spec: { containers: [] } }, [LOST]);
const owner = (kind: string, name: unknown, controller: unknown = true) => ({ kind, name, controller });

test.each([
  ['StatefulSet', 'led-ger'],
  ['ReplicaSet', 'led-ger-7d9f'],
])('a pod of a %s of that name is meant', (kind, name) => {
  expect(of({ kind: 'Node', name: 'x' }, owner(kind, name))).toBe(LOST);
});

test.each([
  ['another StatefulSet', owner('StatefulSet', 'led-ger-2')],
  ['another Deployment', owner('ReplicaSet', 'led-ger-2-7d9f')],
  ['a ReplicaSet of nobody', owner('ReplicaSet', 'led-ger')],
  ['another kind', owner('Job', 'led-ger')],
  ['no controller', owner('StatefulSet', 'led-ger', false)],
  ['no name', owner('StatefulSet', 7)],
])('one of %s is not', (_what, reference) => {
  expect(of(reference)).toBeUndefined();
});

test('nor is one of nobody', () => {
  expect(lostTargetOfPod({ spec: { containers: [] } }, [LOST])).toBeUndefined();
  expect(lostTargetOfPod({ metadata: { ownerReferences: 'x' }, spec: { containers: [] } }, [LOST])).toBeUndefined();
});
