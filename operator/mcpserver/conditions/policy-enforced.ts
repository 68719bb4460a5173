/** PolicyEnforced: does every ready pod say that it enforces the revision that is wanted of it, and is that the policy as it is written? */
import type { RawObject } from '../../kit/resource.ts';
import { lacksGateImage } from '../../pod.ts';
import type { Prepared } from '../../policy-delivery/prepare.ts';
import { withheldFrom } from '../../policy-delivery/withheld.ts';
import type { PodFacts } from '../pod-facts.ts';
import { restart } from '../restart.ts';
import { no, someOf, unknown, type Verdict, yes } from '../verdict.ts';

export interface Enforcement {
  readonly verdict: Verdict;
  /** Ready pods that enforce the wanted policy as it is written. */
  readonly enforced: number;
  readonly ready: number;
}

export function policyEnforced(
  { object, pods }: { readonly object: RawObject; readonly pods: readonly PodFacts[] },
  { wanted, shares }: Prepared,
): Enforcement {
  const ready = pods.filter((pod) => pod.ready);
  if (wanted.kind === 'rejected') {
    const verdict = no('PolicyNotAccepted', 'There is no acceptable policy to enforce; see PolicyAccepted.');
    return { verdict, enforced: 0, ready: ready.length };
  }
  const withheld = withheldFrom(shares);
  const enforcing = shares
    .filter(({ bundle }) => bundle.withheld.size === 0)
    .flatMap(({ gates, bundle }) => gates.filter((pod) => pod.ready && pod.enforces === bundle.revision));
  const verdict =
    withheld === undefined
      ? judge(pods, ready, enforcing, wanted.revision)
      : no('BundleRejected', withheld.message(restart(object, withheld.gates)));
  return { verdict, enforced: enforcing.length, ready: ready.length };
}

function judge(
  pods: readonly PodFacts[],
  ready: readonly PodFacts[],
  enforcing: readonly PodFacts[],
  revision: string,
): Verdict {
  const rejecting = pods.find(({ gateOf, policyProblem }) => gateOf !== undefined && policyProblem !== undefined);
  if (rejecting !== undefined)
    return no('BundleRejected', `Pod ${rejecting.name} keeps its last good policy: ${rejecting.policyProblem}`);
  if (ready.length === 0) {
    if (pods.length === 0) return unknown('NoPods', 'No pod runs that could enforce anything.');
    return no('NoReadyPods', `None of ${pods.length} pods is ready; ${whyNotReady(pods)}.`);
  }
  if (enforcing.length === ready.length) {
    return yes('AllPods', `${enforcing.length} of ${ready.length} ready pods enforce ${revision}`);
  }
  const missing = ready.filter((pod) => !enforcing.includes(pod)).map(({ name }) => name);
  return no(
    'Waiting',
    `${enforcing.length} of ${ready.length} ready pods enforce ${revision}; waiting for ${someOf(missing)}. If this lasts, see the log of container sallyport there.`,
  );
}

function whyNotReady(pods: readonly PodFacts[]): string {
  const lacking = pods.find(({ pod }) => lacksGateImage(pod));
  if (lacking === undefined) return `see kubectl describe pod ${pods[0]?.name}`;
  const { injected, name } = lacking;
  // Those that the pod names; it may have more of its own.
  const secrets = injected?.pullSecrets ?? [];
  const mend =
    secrets.length === 0
      ? 'If its registry asks for a password, name a Secret in sidecar.imagePullSecrets of the chart'
      : `The pod uses ${secrets.length === 1 ? 'the Secret' : 'the Secrets'} ${secrets.join(', ')}, which has to be in this namespace`;
  return `the image of the gate of ${name} cannot be fetched: ${injected?.image ?? 'unknown'}. ${mend}; kubectl describe pod ${name} says more`;
}
