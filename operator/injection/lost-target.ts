/**
 * An MCPServer that names what runs its pods (`targetRef`), and that is not found, selects nothing, though it says whose pods are meant:
 * those that a workload of that name makes. Pure.
 */
import type { TargetRef } from '../../core/api/target-ref.ts';
import type { RawPod } from './pod.ts';

export interface LostTarget {
  readonly server: string;
  readonly target: TargetRef;
  /** Why, and what to do about it: a sentence. */
  readonly why: string;
}

interface OwnerReference {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly controller?: unknown;
}

/** The one whose pod this is by the name of what made it; every adapter knows a Deployment or StatefulSet by the name of the target. */
export function lostTargetOfPod(pod: RawPod, lost: readonly LostTarget[]): LostTarget | undefined {
  const owners = pod.metadata?.['ownerReferences'];
  const controller = (Array.isArray(owners) ? (owners as OwnerReference[]) : []).find((one) => one.controller === true);
  const workload = controller && workloadOf(controller);
  return workload === undefined ? undefined : lost.find(({ target }) => target.name === workload);
}

/** A Deployment puts a hash without a hyphen behind its name (k8s.io/kubernetes, deployment/util). */
function workloadOf({ kind, name }: OwnerReference): string | undefined {
  if (typeof name !== 'string') return undefined;
  if (kind === 'StatefulSet') return name;
  const end = name.lastIndexOf('-');
  return kind === 'ReplicaSet' && end > 0 ? name.slice(0, end) : undefined;
}
