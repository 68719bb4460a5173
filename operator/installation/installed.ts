/**
 * What the operator holds a cluster to: the objects of the chart that make votes and gates trustworthy. Who writes votes is one of two,
 * by what the API server has: a MutatingAdmissionPolicy (v1 from Kubernetes 1.36, KEP-3962) or a webhook of the operator. The chart says
 * which, and is read at each look, so that an upgrade can change it.
 */
import type { Resource } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { ADMISSION_POLICIES, VOTE_WEBHOOK } from '../names.ts';
import type { ChartObjects } from './chart-objects.ts';

export type Installed = readonly [Resource, string];

/** The values of the chart's `approvals.voteBy`. */
export type Voter = 'Policy' | 'Webhook';

const both = (name: string): Installed[] => [
  [RESOURCES.ValidatingAdmissionPolicy, name],
  [RESOURCES.ValidatingAdmissionPolicyBinding, name],
];

/** Whoever writes votes: these refuse each that is in another's name, and keep hands off gates. */
export const PROTECTING: readonly Installed[] = [
  ...both(ADMISSION_POLICIES.approvals),
  ...both(ADMISSION_POLICIES.grants),
  ...both(ADMISSION_POLICIES.injectedPods),
  [RESOURCES.ValidatingAdmissionPolicyBinding, ADMISSION_POLICIES.injectedPodsByLabel],
  ...both(ADMISSION_POLICIES.gates),
  ...both(ADMISSION_POLICIES.gateExec),
  ...both(ADMISSION_POLICIES.gateTokens),
  ...both(ADMISSION_POLICIES.policyConfigMaps),
  ...both(ADMISSION_POLICIES.credentialNames),
  ...both(ADMISSION_POLICIES.credentialSecrets),
];

/** Either writes votes. */
export const VOTERS: Readonly<Record<Voter, readonly Installed[]>> = {
  Policy: [
    [RESOURCES.MutatingAdmissionPolicy, ADMISSION_POLICIES.vote],
    [RESOURCES.MutatingAdmissionPolicyBinding, ADMISSION_POLICIES.vote],
    [RESOURCES.MutatingAdmissionPolicy, ADMISSION_POLICIES.grantAuthor],
    [RESOURCES.MutatingAdmissionPolicyBinding, ADMISSION_POLICIES.grantAuthor],
    [RESOURCES.MutatingAdmissionPolicy, ADMISSION_POLICIES.grantVote],
    [RESOURCES.MutatingAdmissionPolicyBinding, ADMISSION_POLICIES.grantVote],
  ],
  Webhook: [[RESOURCES.MutatingWebhookConfiguration, VOTE_WEBHOOK]],
};

/** Where the chart names none, a policy is missing. */
export function voterOf(chart: ChartObjects): Voter {
  const names = VOTERS.Webhook.map(([{ kind }, name]) => `${kind} ${name}`);
  return names.every((name) => chart.has(name)) ? 'Webhook' : 'Policy';
}
