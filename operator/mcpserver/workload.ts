/** What made a pod, by its owner reference: what people restart so that its pods are made anew. Pure. */
import { controllerOf } from '../kit/owner.ts';
import type { Pod } from '../pod.ts';

export interface Workload {
  /** `Rollout` is that of Argo; `Other` whatever else controls pods and makes those anew that are deleted. */
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Rollout' | 'Job' | 'Other';
  readonly name: string;
  /** As people know it, such as `ReplicaSet ledger-7d9`. */
  readonly title: string;
}

const OWN_KINDS: Readonly<Record<string, Workload['kind']>> = {
  'apps/v1 StatefulSet': 'StatefulSet',
  'apps/v1 DaemonSet': 'DaemonSet',
  'batch/v1 Job': 'Job',
};

/** Who makes ReplicaSets, whose names are its own and a hash, which is also a label of the pod. */
const MAKERS = [
  { label: 'pod-template-hash', kind: 'Deployment' },
  // https://argo-rollouts.readthedocs.io: a Rollout has ReplicaSets as a Deployment has, with a label of its own.
  { label: 'rollouts-pod-template-hash', kind: 'Rollout' },
] as const;

const DNS_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const KIND = /^[A-Za-z][A-Za-z0-9]{0,62}$/;

/** Undefined for a pod of nobody. */
export function workloadOf(pod: Pod): Workload | undefined {
  const owner = controllerOf(pod);
  // Whoever may create a pod may write any owner into it, and this ends up in a command that people type.
  if (owner === undefined || !DNS_NAME.test(owner.name) || !KIND.test(owner.kind)) return undefined;
  const made = `${owner.apiVersion} ${owner.kind}`;
  if (made === 'apps/v1 ReplicaSet') {
    for (const { label, kind } of MAKERS) {
      const hash = pod.metadata.labels?.[label];
      if (hash === undefined || !owner.name.endsWith(`-${hash}`)) continue;
      const name = owner.name.slice(0, -hash.length - 1);
      return { kind, name, title: `${kind} ${name}` };
    }
  }
  return { kind: OWN_KINDS[made] ?? 'Other', name: owner.name, title: `${owner.kind} ${owner.name}` };
}
