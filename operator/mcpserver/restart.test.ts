import { expect, test } from 'vitest';
import { mcpServer, pod, type PodOptions } from '../testing/gen.ts';
import { readPod } from './pod-facts.ts';
import { restart } from './restart.ts';

const commands = (...pods: PodOptions[]): string =>
  restart(
    mcpServer(),
    pods.map((options) => readPod(pod(options))),
  );
const owner = (kind: string, name = 'ledger') => ({ owner: { kind, name } });

test.each<[string, PodOptions[], string]>([
  [
    'a workload is restarted once',
    [owner('StatefulSet'), owner('StatefulSet')],
    'kubectl -n finance rollout restart statefulset/ledger',
  ],
  ['a ReplicaSet of nobody cannot be restarted', [owner('ReplicaSet')], 'delete and create replicaset/ledger again'],
  ['pods of nobody are made anew by hand', [{ name: 'a' }, { name: 'b' }], 'delete and create pod a, b again'],
  [
    'each its own way',
    [owner('DaemonSet'), { name: 'a' }],
    'kubectl -n finance rollout restart daemonset/ledger; delete and create pod a again',
  ],
])('%s', (_, pods, said) => {
  expect(commands(...pods)).toBe(said);
});
