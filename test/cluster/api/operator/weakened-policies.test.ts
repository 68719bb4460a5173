/** Admission policies that are there by name and hold nobody: the operator says so, and counts no vote that was cast meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { HAS_VOTE_POLICIES } from '../chart/voter.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, type GatedPod } from './pod-identity.ts';

/** It looks twice a minute while all is well. */
const NOTICED_WITHIN_MS = 45_000;

let on: Installation;
let operator: TestOperator;
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica();
  pod = await gatedPod(on);
  const role = ['create', 'clusterrole', 'writer', '--verb=get,list,update,patch'];
  await on.kubectl([...role, '--resource=approvalrequests.sallyport.dev,approvalrequests.sallyport.dev/status']);
  const bind = ['create', 'rolebinding', '-n', pod.namespace];
  await on.kubectl([...bind, 'writer', '--clusterrole=writer', '--user=mallory']);
  await on.kubectl([...bind, 'approvers', '--clusterrole=sallyport-approver', '--group=treasury']);
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

let calls = 0;
async function submitted(): Promise<string> {
  const call = {
    method: 'tools/call',
    target: { kind: 'tool', name: 'transfer' },
    preview: { amount: 5000 },
    digest: `sha256:${(calls += 1).toString(16).padStart(64, '0')}`,
    principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
    rules: [`${pod.namespace}/payments#transfer`],
    revision: pod.revision,
  };
  const { status, body } = await ask(operator, pod.operatorCa, { token: pod.token, path: '/v1/approvals', body: call });
  expect([status, body['state']]).toEqual([200, 'Pending']);
  return String(body['name']);
}

function patchStatus(user: string, groups: readonly string[], name: string, status: object): Promise<string> {
  const args = ['patch', 'approvalrequest', name, '-n', pod.namespace, '--subresource=status', '--type=merge'];
  return on.cluster.as(user, groups, [...args, '-p', JSON.stringify({ status })]);
}

async function stateOf(name: string): Promise<unknown> {
  const { status } = await on.client.get(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace, name });
  return status?.['state'];
}

function change(what: string, patch: object): Promise<string> {
  return on.kubectl(['patch', ...what.split(' '), '--type=merge', '-p', JSON.stringify(patch)]);
}

const notReady = (says: string): Promise<unknown> =>
  eventually(
    says,
    async () => (await operator.readyz()).waitingFor.some((problem) => problem.includes(says)),
    NOTICED_WITHIN_MS,
  );

const WEAKENED_BINDING = HAS_VOTE_POLICIES
  ? (['mutating', 'sallyport-approval-vote'] as const)
  : (['validating', 'sallyport-gates'] as const);
const APPROVALS = 'validatingadmissionpolicybinding sallyport-approvals';

describe('a binding that only audits', () => {
  test(
    'lets nobody’s forged vote count, and what was voted meanwhile is withdrawn for good',
    { tags: ['votes'], timeout: 120_000 },
    async () => {
      const name = await submitted();
      await change(APPROVALS, { spec: { validationActions: ['Audit'] } });
      const forged = { votes: [{ username: 'ada', decision: 'Approved' }] };
      // The binding acts a moment after it was changed; until then the vote is refused.
      await eventually(
        'the API server takes a vote in another name',
        () =>
          patchStatus('mallory', [], name, forged).then(
            () => true,
            () => false,
          ),
        30_000,
      );
      await eventually('the request is withdrawn', async () => (await stateOf(name)) === 'Withdrawn', 10_000);
      await notReady('sallyport-approvals is not what the chart installs: spec.validationActions is ["Audit"]');

      await change(APPROVALS, { spec: { validationActions: ['Deny', 'Audit'] } });
      await on.isReady(operator);
      expect(await stateOf(name)).toBe('Withdrawn');
      // Not at once: the API server acts on a change a moment after it was made.
      const next = await eventually('calls are taken again', () => submitted().catch(() => undefined), 20_000);
      await eventually(
        'a vote of an approver counts again',
        async () => {
          await patchStatus('ada', ['treasury'], next, { decision: 'Approved' }).catch(() => undefined);
          return (await stateOf(next)) === 'Approved';
        },
        30_000,
      );
    },
  );
});

test('a binding that is turned off and on again between two looks is noticed when a vote is about to count', async () => {
  const name = await eventually('calls are taken', () => submitted().catch(() => undefined), 20_000);
  await change(APPROVALS, { spec: { validationActions: ['Audit'] } });
  await change(APPROVALS, { spec: { validationActions: ['Deny', 'Audit'] } });
  await patchStatus('ada', ['treasury'], name, { decision: 'Approved' });
  await eventually('the request is withdrawn', async () => (await stateOf(name)) === 'Withdrawn', 10_000);
  expect((await operator.readyz()).ready).toBe(true);
}, 60_000);

test.each([
  [
    'a policy that fails open',
    'validatingadmissionpolicy sallyport-gates',
    { spec: { failurePolicy: 'Ignore' } },
    { spec: { failurePolicy: 'Fail' } },
    'sallyport-gates is not what the chart installs: spec.failurePolicy is "Ignore"',
  ],
  [
    'a binding of part of the cluster',
    `${WEAKENED_BINDING[0]}admissionpolicybinding ${WEAKENED_BINDING[1]}`,
    // Named as a field that has a default is: it is a label all the same.
    { spec: { matchResources: { namespaceSelector: { matchLabels: { failurePolicy: 'Fail' } } } } },
    { spec: { matchResources: null } },
    `${WEAKENED_BINDING[1]} is not what the chart installs: spec.matchResources`,
  ],
])(
  '%s keeps the operator from being ready',
  async (_, what, weaker, again, says) => {
    await change(what, weaker);
    await notReady(says);
    await change(what, again);
    await on.isReady(operator);
  },
  120_000,
);

test('a webhook that is not asked about everything keeps the operator from being ready', async () => {
  const what = 'validatingwebhookconfiguration sallyport-validator';
  const patch = (value: string): Promise<string> =>
    on.kubectl([
      ...['patch', ...what.split(' '), '--type=json', '-p'],
      JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value }]),
    ]);
  await patch('Ignore');
  await notReady('sallyport-validator is not what the chart installs: spec.resources.');
  await patch('Fail');
  await on.isReady(operator);
}, 120_000);
