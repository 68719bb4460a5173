import { describe, expect, test } from 'vitest';
import { pod } from '../testing/gen.ts';
import { workloadOf } from './workload.ts';

const workload = (kind: string, name: string, labels = {}, apiVersion = 'apps/v1') =>
  workloadOf(pod({ owner: { kind, name, apiVersion }, labels: { app: 'ledger', ...labels } }));

describe('what people restart', () => {
  test.each([
    [
      'a Deployment, by the hash of its ReplicaSet',
      'ReplicaSet',
      'ledger-7d9',
      { 'pod-template-hash': '7d9' },
      'apps/v1',
      'Deployment ledger',
    ],
    [
      'a Rollout of Argo, by another',
      'ReplicaSet',
      'ledger-7d9',
      { 'rollouts-pod-template-hash': '7d9' },
      'apps/v1',
      'Rollout ledger',
    ],
    ['a StatefulSet', 'StatefulSet', 'ledger', {}, 'apps/v1', 'StatefulSet ledger'],
    ['a Job', 'Job', 'ledger', {}, 'batch/v1', 'Job ledger'],
  ])('is %s', (_, kind, name, labels, apiVersion, title) => {
    expect(workload(kind, name, labels, apiVersion)).toEqual({
      kind: title.split(' ')[0],
      name: title.split(' ')[1],
      title,
    });
  });

  test.each([
    ['a ReplicaSet of nobody', 'ReplicaSet', {}, 'apps/v1'],
    ['a ReplicaSet whose name has not the hash', 'ReplicaSet', { 'pod-template-hash': 'x' }, 'apps/v1'],
    ['a kind that nobody knows', 'Widget', {}, 'example.com/v1'],
    ['a namesake of a kind', 'StatefulSet', {}, 'example.com/v1'],
  ])('is what controls the pod: %s', (_, kind, labels, apiVersion) => {
    const title = `${kind} ledger-7d9`;
    expect(workload(kind, 'ledger-7d9', labels, apiVersion)).toEqual({ kind: 'Other', name: 'ledger-7d9', title });
  });

  test.each([
    ['a name that is a command', 'StatefulSet', 'x; rm -rf /'],
    ['a kind that is one', '$(reboot)', 'ledger'],
  ])('is nothing of %s', (_, kind, name) => {
    expect(workload(kind, name)).toBeUndefined();
  });

  test('is nothing for a pod of nobody', () => {
    expect(workloadOf(pod())).toBeUndefined();
  });
});
