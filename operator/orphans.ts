/**
 * Pods with the gate of an MCPServer that is gone: by them the injector knows that a pod which nobody selects was not always nobody's.
 * Nothing else remembers a server that was deleted, and nothing has to be written down, or cleaned up, for it.
 */
import type { Caches } from './caches.ts';
import type { Orphan } from './injection/facts.ts';
import type { Labels } from './labels.ts';
import { gateOf } from './placement.ts';

/** Written by the controllers of Kubernetes and of Argo for each pod or each template: two pods of one workload differ in them. */
const OF_CONTROLLERS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
]);

/** One that has all the labels somebody gave the new pod; pods on their way out, and those that have ended, count. */
export function orphanOf(
  namespace: string,
  labels: Labels,
  caches: Pick<Caches, 'podsOf' | 'servers'>,
): Orphan | undefined {
  const own = Object.fromEntries(Object.entries(labels).filter(([key]) => !OF_CONTROLLERS.has(key)));
  for (const pod of caches.podsOf(namespace, own)) {
    const server = gateOf(pod);
    if (server === undefined || caches.servers.get({ namespace, name: server }) !== undefined) continue;
    return { pod: pod.metadata.name, server };
  }
  return undefined;
}
