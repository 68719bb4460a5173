/** Votes that the operator's webhook writes, where the API server cannot: with the whole operator, and across a change of who does it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { VOTE_WEBHOOK } from '../../../../operator/names.ts';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS, CHART, RELEASE } from '../chart/release.ts';
import { HAS_VOTE_POLICIES } from '../chart/voter.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, type GatedPod } from './pod-identity.ts';

let on: Installation;
let operator: TestOperator;
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start({ approvals: { voteBy: 'Webhook' } });
  operator = await on.replica();
  pod = await gatedPod(on);
  const bind = ['create', 'rolebinding', '-n', pod.namespace];
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

function decide(user: string, name: string, status: object): Promise<string> {
  const args = ['patch', 'approvalrequest', name, '-n', pod.namespace, '--subresource=status', '--type=merge'];
  return on.cluster.as(user, ['treasury'], [...args, '-p', JSON.stringify({ status })]);
}

async function statusOf(name: string): Promise<RawObject['status']> {
  return (await on.client.get(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace, name })).status;
}

const settled = (name: string, expected: object): Promise<void> =>
  soon(async () => expect(await statusOf(name)).toMatchObject(expected));

async function voteBy(voter: string): Promise<void> {
  await on.cluster.helm(['upgrade', RELEASE, CHART], { approvals: { voteBy: voter } });
}

test('a decision becomes a vote in the name of whoever sent it, and counts', async () => {
  expect(await on.client.find(RESOURCES.MutatingWebhookConfiguration, { name: VOTE_WEBHOOK })).toBeDefined();
  const name = await submitted();
  await eventually('the policies act', () =>
    decide('ada', name, { decision: 'Approved', reason: 'invoice 4711' }).catch(() => false as const),
  );
  await settled(name, {
    state: 'Approved',
    decidedBy: 'ada',
    reason: 'invoice 4711',
    votes: [{ username: 'ada', decision: 'Approved' }],
  });
});

test('a vote in the name of somebody else is refused by the API server itself', async () => {
  const name = await submitted();
  const forged = { votes: [{ username: 'grace', decision: 'Approved' }] };
  await expect(decide('ada', name, forged)).rejects.toThrow('one vote in your own name');
  await expect(decide('ada', name, { decision: 'Approved', ...forged })).rejects.toThrow('one vote in your own name');
  const status = await statusOf(name);
  expect([status?.['state'], status?.['votes']]).toEqual(['Pending', undefined]);
});

test('while the operator is away nobody decides, and what it writes later waits for nobody', async () => {
  const name = await submitted();
  await on.stop(operator);
  await expect(decide('ada', name, { decision: 'Denied' })).rejects.toThrow(
    'failed calling webhook "votes.sallyport-approval-vote.sallyport.dev"',
  );
  operator = await on.replica();
  await eventually('the API server finds it again', () =>
    decide('ada', name, { decision: 'Denied' }).catch(() => false as const),
  );
  await settled(name, { state: 'Denied', decidedBy: 'ada' });
});

test.runIf(HAS_VOTE_POLICIES)(
  'another voter takes over and gives back: what was decided stays good, and what waits can be decided',
  async () => {
    const [decided, before, after] = [await submitted(), await submitted(), await submitted()];
    await decide('ada', decided, { decision: 'Approved' });
    await settled(decided, { state: 'Approved' });

    await voteBy('Policy');
    await on.isReady(operator);
    expect(await on.client.find(RESOURCES.MutatingAdmissionPolicy, { name: 'sallyport-approval-vote' })).toBeDefined();
    await eventually('the policy writes votes', () =>
      decide('grace', before, { decision: 'Approved' }).catch(() => false as const),
    );
    await settled(before, { state: 'Approved', decidedBy: 'grace' });

    expect(await on.client.find(RESOURCES.MutatingWebhookConfiguration, { name: VOTE_WEBHOOK })).toBeUndefined();

    await voteBy('Webhook');
    await on.isReady(operator);
    // Not before the operator has looked for what the upgrade brought, and the API server has heard of its caBundle.
    const vote = () => decide('grace', after, { decision: 'Approved' }).catch(() => false as const);
    await eventually('the webhook writes votes', vote, 30_000);
    await settled(after, { state: 'Approved', decidedBy: 'grace' });
    expect(await statusOf(decided)).toMatchObject({ state: 'Approved', decidedBy: 'ada' });
    expect(await statusOf(before)).toMatchObject({ state: 'Approved', decidedBy: 'grace' });
    expect(operator.isRunning).toBe(true);
  },
  90_000,
);
