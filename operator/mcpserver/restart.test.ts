import { expect, test } from 'vitest';
import { mcpServer, pod, type PodOptions } from '../testing/gen.ts';
import { readPod } from './pod-facts.ts';
import { restart } from './restart.ts';

const commands = (...pods: PodOptions[]): string =>
  restart(
    mcpServer(),
    pods.map((options) => readPod(pod(options))),
  );
const owner = (kind: string, name = 'ledger', apiVersion = 'apps/v1') => ({ owner: { kind, name, apiVersion } });
const labels = { app: 'ledger', 'rollouts-pod-template-hash': '7d9' };

test.each<[string, PodOptions[], string]>([
  [
    'a workload is restarted once',
    [owner('StatefulSet'), owner('StatefulSet')],
    'kubectl -n finance rollout restart statefulset/ledger',
  ],
  [
    'a Rollout of Argo by its plugin, or without',
    [{ ...owner('ReplicaSet', 'ledger-7d9'), labels }],
    `kubectl argo rollouts -n finance restart ledger (without that plugin: kubectl -n finance patch rollouts.argoproj.io ledger --type=merge -p '{"spec":{"restartAt":"'$(date -u +%FT%TZ)'"}}')`,
  ],
  [
    'a Job is made again',
    [owner('Job', 'ledger', 'batch/v1')],
    'kubectl -n finance delete job/ledger, and create it again; the pod of a Job cannot be restarted',
  ],
  [
    'a CronJob makes another Job by itself',
    [owner('Job', 'ledger-29384756', 'batch/v1')],
    'kubectl -n finance delete job/ledger-29384756, or wait for it to end: the next one of CronJob ledger has it',
  ],
  [
    'pods of a ReplicaSet of nobody are deleted',
    [
      { ...owner('ReplicaSet'), name: 'a' },
      { ...owner('ReplicaSet'), name: 'b' },
    ],
    'kubectl -n finance delete pod, for a, b: ReplicaSet ledger makes them anew',
  ],
  ['pods of nobody are made anew by hand', [{ name: 'a' }, { name: 'b' }], 'delete and create pod a, b again'],
  [
    'each its own way',
    [owner('DaemonSet'), { name: 'a' }],
    'kubectl -n finance rollout restart daemonset/ledger; delete and create pod a again',
  ],
])('%s', (_, pods, said) => {
  expect(commands(...pods)).toBe(said);
});
