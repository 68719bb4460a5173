/** PolicyEnforced: does every ready pod say that it enforces the revision that is wanted of it, and is that the policy as it is written? */
import type { RawObject } from '../../kit/resource.ts';
import { conditionOf, lacksGateImage } from '../../pod.ts';
import type { Prepared } from '../../policy-delivery/prepare.ts';
import { withheldFrom } from '../../policy-delivery/withheld.ts';
import type { PodFacts } from '../pod-facts.ts';
import { restart } from '../restart.ts';
import { enforcedBefore, wantedSince } from '../policy-status.ts';
import { no, someOf, soon, unknown, type Verdict, yes } from '../verdict.ts';

export interface Enforcement {
  readonly verdict: Verdict;
  /** Ready pods that enforce the wanted policy as it is written. */
  readonly enforced: number;
  readonly ready: number;
  /** When a delivery that is under way is late, in milliseconds since the epoch. */
  readonly lateAt?: number;
}

/**
 * How long a policy may be on its way before that counts as not enforced. It takes a fraction of a second; a kubelet that has missed it is
 * pushed again after 2, 4 and 8 seconds, so one that has not got it by then is one to look at.
 */
const DELIVERY_MS = 30_000;

/** `now`: milliseconds since the epoch. */
export function policyEnforced(
  { object, pods }: { readonly object: RawObject; readonly pods: readonly PodFacts[] },
  { wanted, shares }: Prepared,
  now: number,
): Enforcement {
  const ready = pods.filter((pod) => pod.ready);
  if (wanted.kind === 'rejected') {
    const { policy } = enforcedBefore(object);
    const enforced = ready.filter(({ enforces }) => enforces !== undefined && enforces === policy?.revision).length;
    const last =
      policy?.revision === undefined
        ? 'There is no acceptable policy to enforce'
        : `${enforced} of ${ready.length} ready pods enforce the last good policy, ${policy.revision}, and not the one that is wanted`;
    return { verdict: no('PolicyNotAccepted', `${last}; see PolicyAccepted.`), enforced, ready: ready.length };
  }
  const withheld = withheldFrom(shares);
  const enforcing = shares
    .filter(({ bundle }) => bundle.withheld.size === 0)
    .flatMap(({ gates, bundle }) => gates.filter((pod) => pod.ready && pod.enforces === bundle.revision));
  const counts = { enforced: enforcing.length, ready: ready.length };
  if (withheld !== undefined) {
    return { verdict: no('BundleRejected', withheld.message(restart(object, withheld.gates))), ...counts };
  }
  const since = Date.parse(wantedSince(object, wanted.revision, now));
  const missing = ready.filter((pod) => !enforcing.includes(pod));
  const lateAt = Math.min(...missing.map((pod) => Math.max(since, enforcesSince(pod)) + DELIVERY_MS));
  const isOnItsWay = missing.length > 0 && now < lateAt;
  const verdict = judge(pods, ready, missing, { revision: wanted.revision, isOnItsWay });
  return { verdict, ...counts, ...(isOnItsWay ? { lateAt } : {}) };
}

/** Since when a pod is to enforce anything: one without a gate never will, and one that has just become ready has its report on the way. */
function enforcesSince({ gateOf, pod }: PodFacts): number {
  if (gateOf === undefined) return -Infinity;
  const time = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
  return Number.isNaN(time) ? -Infinity : time;
}

function judge(
  pods: readonly PodFacts[],
  ready: readonly PodFacts[],
  missing: readonly PodFacts[],
  { revision, isOnItsWay }: { readonly revision: string; readonly isOnItsWay: boolean },
): Verdict {
  const rejecting = pods.find(({ gateOf, policyProblem }) => gateOf !== undefined && policyProblem !== undefined);
  if (rejecting !== undefined)
    return no('BundleRejected', `Pod ${rejecting.name} keeps its last good policy: ${rejecting.policyProblem}`);
  if (ready.length === 0) {
    if (pods.length === 0) return unknown('NoPods', 'No pod runs that could enforce anything.');
    const why = `None of ${pods.length} pods is ready;`;
    const lacking = pods.find(({ pod }) => lacksGateImage(pod));
    if (lacking !== undefined) return no('NoReadyPods', `${why} ${withoutImage(lacking)}.`);
    return soon(
      'NoReadyPods',
      `${why} see kubectl -n ${pods[0]?.pod.metadata.namespace} describe pod ${pods[0]?.name}.`,
    );
  }
  const progress = `${ready.length - missing.length} of ${ready.length} ready pods enforce ${revision}`;
  if (missing.length === 0) return yes('AllPods', progress);
  const names = someOf(missing.map(({ name }) => name));
  if (isOnItsWay) return soon('Delivering', `${progress}; it is on its way to ${names}.`);
  return soon('Waiting', `${progress}; waiting for ${names}. If this lasts, see the log of container sallyport there.`);
}

function withoutImage({ injected, name, pod }: PodFacts): string {
  // Those that the pod names; it may have more of its own.
  const secrets = injected?.pullSecrets ?? [];
  const mend =
    secrets.length === 0
      ? 'If its registry asks for a password, name a Secret in sidecar.imagePullSecrets of the chart'
      : `The pod uses ${secrets.length === 1 ? 'the Secret' : 'the Secrets'} ${secrets.join(', ')}, which has to be in this namespace`;
  return `the image of the gate of ${name} cannot be fetched: ${injected?.image ?? 'unknown'}. ${mend}; kubectl -n ${pod.metadata.namespace} describe pod ${name} says more`;
}
