/** The commands that make the pods of a server anew: a gate is put in when a pod is created. */
import type { RawObject } from '../kit/resource.ts';
import type { PodFacts } from './pod-facts.ts';
import { someOf } from './verdict.ts';
import type { Workload } from './workload.ts';

export function restart({ metadata }: RawObject, pods: readonly PodFacts[]): string {
  const { namespace = '' } = metadata;
  const byWorkload = new Map<string, { workload: Workload; names: string[] }>();
  const bare: string[] = [];
  for (const { workload, name } of pods) {
    if (workload === undefined) bare.push(name);
    else {
      const known = byWorkload.get(workload.title);
      if (known === undefined) byWorkload.set(workload.title, { workload, names: [name] });
      else known.names.push(name);
    }
  }
  const commands = [...byWorkload.values()].map(({ workload, names }) => commandFor(namespace, workload, names));
  if (bare.length > 0) commands.push(`delete and create pod ${someOf(bare)} again`);
  return commands.join('; ');
}

function commandFor(namespace: string, { kind, name, title }: Workload, pods: readonly string[]): string {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return `kubectl -n ${namespace} rollout restart ${kind.toLowerCase()}/${name}`;
    case 'Rollout':
      // The date is put in by the shell, since a condition must not say something else each second.
      return `kubectl argo rollouts -n ${namespace} restart ${name} (without that plugin: kubectl -n ${namespace} patch rollouts.argoproj.io ${name} --type=merge -p '{"spec":{"restartAt":"'$(date -u +%FT%TZ)'"}}')`;
    case 'Job':
      return `kubectl -n ${namespace} delete job/${name}, ${afterJob(name)}`;
    case 'Other':
      return `kubectl -n ${namespace} delete pod, for ${someOf(pods)}: ${title} makes them anew`;
  }
}

/** A CronJob names its Jobs by the minute they are for, since 1970: eight digits until the year 2160. */
function afterJob(name: string): string {
  const cronJob = /^(.+)-[0-9]{8}$/.exec(name)?.[1];
  return cronJob === undefined
    ? 'and create it again; the pod of a Job cannot be restarted'
    : `or wait for it to end: the next one of CronJob ${cronJob} has it`;
}
