/** The commands that make the pods of a server anew. */
import type { RawObject } from '../kit/resource.ts';
import type { PodFacts } from './pod-facts.ts';
import { someOf } from './verdict.ts';

export function restart({ metadata }: RawObject, pods: readonly PodFacts[]): string {
  const { namespace } = metadata;
  const workloads = [...new Set(pods.map(({ workload }) => workload).filter((workload) => workload !== undefined))];
  const commands = workloads.map((workload) =>
    /^(deployment|statefulset|daemonset)\//.test(workload)
      ? `kubectl -n ${namespace} rollout restart ${workload}`
      : `delete and create ${workload} again`,
  );
  const bare = pods.filter(({ workload }) => workload === undefined).map(({ name }) => name);
  if (bare.length > 0) commands.push(`delete and create pod ${someOf(bare)} again`);
  return commands.join('; ');
}
