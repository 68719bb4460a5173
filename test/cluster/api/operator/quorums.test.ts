/**
 * Who and how many, with the whole operator: what it makes of votes, and what becomes of those that should not count. Each test is a row of
 * the table "What goes wrong" in docs/approvals.md, whose first column it is named after.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CUSTOM_RESOURCES, type StoredRequest } from '../../../../operator/custom-resources.ts';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { HAS_VOTE_POLICIES } from '../chart/voter.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { type Answer, ask, gatedPod, type GatedPod } from './pod-identity.ts';

const held = (name: string, approval: object, more: object = {}) => ({
  ...{ name, names: [name], effect: 'RequireApproval', reason: `${name} needs people`, approval },
  ...more,
});
const treasury = { groups: ['treasury'] };
const TOOLS = [
  held('pay', { quorum: 2, approvers: treasury }),
  held('close', { all: [{ approvers: treasury }, { approvers: { groups: ['security'] } }] }),
  held('refund', {}),
  held('large-refund', { quorum: 2 }, { names: ['refund'], when: 'arguments.amount > 1000' }),
  held('agree', { quorum: 2, veto: false }),
];

let on: Installation;
let operator: TestOperator;
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica();
  const ns = await on.namespace({ 'sallyport.dev/injection': 'enabled' });
  await on.pack(ns, 'payments', { tools: TOOLS });
  await on.server(ns);
  pod = await gatedPod(on, 'ledger-1', ns);
  const bind = ['create', 'rolebinding', '-n', ns, 'approvers', '--clusterrole=sallyport-approver'];
  await on.kubectl([...bind, '--group=staff']);
  const name = await submitted('refund');
  await eventually('the policies act', () => vote(name, 'warm').catch(() => false as const), 30_000);
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

let calls = 0;
const digest = () => `sha256:${(calls += 1).toString(16).padStart(64, '0')}`;

function submit(tool: string, more: object = {}): Promise<Answer> {
  const call = {
    ...{ method: 'tools/call', target: { kind: 'tool', name: tool }, preview: { amount: 5 }, digest: digest() },
    principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
    rules: [`${pod.namespace}/payments#${tool}`],
    revision: pod.revision,
    ...more,
  };
  return ask(operator, pod.operatorCa, { token: pod.token, path: '/v1/approvals', body: call });
}

async function submitted(tool: string, more: object = {}): Promise<string> {
  const { status, body } = await submit(tool, more);
  expect([status, body['state']]).toEqual([200, 'Pending']);
  return String(body['name']);
}

function vote(name: string, user: string, groups: readonly string[] = [], decision = 'Approved'): Promise<string> {
  const args = ['patch', 'approvalrequest', name, '-n', pod.namespace, '--subresource=status', '--type=merge'];
  return on.cluster.as(user, ['staff', ...groups], [...args, '-p', JSON.stringify({ status: { decision } })]);
}

function stored(name: string): Promise<StoredRequest> {
  return on.client.get(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace, name });
}

const settled = (name: string, status: object): Promise<void> =>
  soon(async () => expect((await stored(name)).status).toMatchObject(status));

/** Uses it up, as the gate does before it sends the call. */
async function use(name: string, more: object = {}): Promise<[number, unknown]> {
  const { spec } = await stored(name);
  const body = { digest: spec.subject?.call?.digest, revision: pod.revision, ...more };
  const path = `/v1/approvals/${name}/consume`;
  const answer = await ask(operator, pod.operatorCa, { token: pod.token, path, body });
  return [answer.status, answer.body['state']];
}

async function approvedByTwo(more: object = {}): Promise<string> {
  const name = await submitted('pay', more);
  await vote(name, 'ada', ['treasury']);
  await vote(name, 'grace', ['treasury']);
  await settled(name, { state: 'Approved' });
  return name;
}

describe('votes', () => {
  test('are counted, with who, by which group and when, until there are enough', async () => {
    const name = await submitted('pay');
    await settled(name, { tally: '0/2' });
    await vote(name, 'ada', ['treasury', 'other']);
    await settled(name, {
      ...{ state: 'Pending', tally: '1/2' },
      votes: [{ username: 'ada', groups: ['treasury'], time: expect.stringMatching(/^20/) as string }],
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'Settled', message: '1 of 2 votes; still needs 1 of treasury.' }),
      ]) as object[],
    });
    expect(await on.kubectl(['get', 'approvalrequests.sallyport.dev', name, '-n', pod.namespace])).toMatch(
      /Pending +1\/2/,
    );
    await vote(name, 'grace', ['treasury']);
    await settled(name, { state: 'Approved', tally: '2/2', decidedBy: 'ada, grace' });
    expect(await use(name)).toEqual([200, 'Consumed']);
  });

  test('of each of two groups are of two people', async () => {
    const name = await submitted('close');
    await vote(name, 'ada', ['treasury', 'security']);
    await settled(name, { state: 'Pending', tally: '1/2' });
    await vote(name, 'bob', ['security']);
    await settled(name, { state: 'Approved' });
  });

  test('against it end it, by a veto or by as many as it takes', async () => {
    const [vetoed, outvoted] = [await submitted('pay'), await submitted('agree')];
    await vote(vetoed, 'ada', ['treasury'], 'Denied');
    await settled(vetoed, { state: 'Denied', decidedBy: 'ada' });
    await vote(outvoted, 'ada', [], 'Denied');
    await vote(outvoted, 'grace');
    await settled(outvoted, { state: 'Pending', tally: '1/2' });
    await vote(outvoted, 'bob', [], 'Denied');
    await settled(outvoted, { state: 'Denied', decidedBy: 'ada, bob' });
  });

  test('are as many as the rules whose condition is true of the call take', async () => {
    const [small, large] = [await submitted('refund'), await submitted('refund', { preview: { amount: 5000 } })];
    expect((await stored(small)).spec.quorums).toBeUndefined();
    expect((await stored(large)).spec.quorums).toEqual([{ quorum: 2 }]);
  });
});

describe('what goes wrong', () => {
  test('a wrong vote', async () => {
    const name = await submitted('pay');
    await expect(vote(name, 'eve')).rejects.toThrow('eve is not among those who decide on this request');
    await settled(name, { state: 'Pending', tally: '0/2' });
  });

  test('a late vote', async () => {
    const name = await approvedByTwo();
    await expect(vote(name, 'mary', ['treasury'], 'Denied')).rejects.toThrow('is Approved and takes no more decisions');
  });

  test('a double vote', async () => {
    const name = await submitted('pay');
    await vote(name, 'ada', ['treasury']);
    await expect(vote(name, 'ada', ['treasury'])).rejects.toThrow('ada has decided on this request already');
    await settled(name, { state: 'Pending', tally: '1/2' });
    expect(await use(name)).toEqual([409, 'Pending']);
  });

  test('changed arguments', async () => {
    const name = await approvedByTwo();
    expect(await use(name, { digest: digest() })).toEqual([409, 'Approved']);
    expect(await use(name)).toEqual([200, 'Consumed']);
  });

  test('a replayed use', async () => {
    const name = await approvedByTwo();
    const uses = await Promise.all([use(name), use(name), use(name)]);
    expect(uses.map(([status]) => status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
    expect(await use(name)).toEqual([409, 'Consumed']);
  });

  test('an approver who leaves the group, or loses the right, between vote and use', async () => {
    const name = await submitted('pay');
    await vote(name, 'ada', ['treasury']);
    await expect(vote(name, 'ada')).rejects.toThrow('is not among those who decide');
    await vote(name, 'grace', ['treasury']);
    await settled(name, { state: 'Approved', decidedBy: 'ada, grace' });
    expect(await use(name)).toEqual([200, 'Consumed']);
  });

  test('a gate that was restarted while it held the call', async () => {
    const call = { digest: digest() };
    const name = await submitted('pay', call);
    await vote(name, 'ada', ['treasury']);
    const again = await submit('pay', call);
    expect(again.body).toMatchObject({ name, state: 'Pending', fresh: false });
  });

  test.each<[lie: string, more: () => object, quorums: unknown]>([
    ['names no rule', () => ({ rules: [] }), [{ quorum: 2, approvers: treasury }]],
    [
      'says how many votes it takes',
      () => ({ quorums: [{ quorum: 1 }], quorum: 1, approvers: { users: ['eve'] }, veto: false }),
      [{ quorum: 2, approvers: treasury }],
    ],
  ])('a gate that lies about rule or quorum: one that %s', async (_, more, quorums) => {
    const { spec } = await stored(await submitted('pay', more()));
    expect([spec.quorums, spec.veto]).toEqual([quorums, undefined]);
    const unknown = await submit('pay', { rules: [`${pod.namespace}/payments#made-up`] });
    expect(unknown).toMatchObject({ status: 422, body: { code: 'unknown-rule' } });
  });

  test('a gate that says that somebody else calls', async () => {
    const { spec } = await stored(
      await submitted('pay', { principal: { kind: 'token', name: 'x', groups: [], kubernetesUsers: ['grace'] } }),
    );
    expect(spec.principal).toEqual({ name: 'x', groups: [] });
  });

  test.runIf(HAS_VOTE_POLICIES)('an operator that is away in the middle', async () => {
    const name = await submitted('pay');
    await vote(name, 'ada', ['treasury']);
    await on.stop(operator);
    await vote(name, 'grace', ['treasury']);
    expect((await stored(name)).status?.state).toBe('Pending');
    operator = await on.replica();
    await settled(name, { state: 'Approved', tally: '2/2' });
    expect(await use(name)).toEqual([200, 'Consumed']);
  });

  test('self-approval under a name that is mapped to the caller', async () => {
    const agent = { kind: 'token', name: 'treasury-agent', groups: ['agents'] };
    const [before, approved] = [
      await submitted('pay', { principal: agent }),
      await approvedByTwo({ principal: agent }),
    ];
    await vote(before, 'ada', ['treasury']);
    const requesters = [{ principals: { names: ['treasury-agent'] }, users: ['ada'], groups: ['agent-team'] }];
    await on.pack(on.root, 'people', { requesters });
    // Whoever voted may be who calls, now that it is said.
    await settled(before, { state: 'Withdrawn' });
    await settled(approved, { state: 'Withdrawn' });
    expect(await use(approved)).toEqual([409, 'Withdrawn']);
    const after = await submitted('pay', { principal: agent });
    expect((await stored(after)).spec.principal).toMatchObject({
      ...{ kubernetesUsers: ['ada'], kubernetesGroups: ['agent-team'] },
    });
    await expect(vote(after, 'ada', ['treasury'])).rejects.toThrow('ada stands behind treasury-agent');
    await expect(vote(after, 'mary', ['treasury', 'agent-team'])).rejects.toThrow(
      'mary is in a group that stands behind',
    );
    await vote(after, 'grace', ['treasury']);
    await settled(after, { state: 'Pending', tally: '1/2' });
  });

  test('requesters elsewhere than in the namespace of the operator', async () => {
    const requesters = [{ principals: { names: ['billing-agent'] }, users: ['ada'] }];
    await expect(on.pack(pod.namespace, 'people', { requesters })).rejects.toThrow(
      'spec.requesters: has no meaning in the namespace',
    );
  });
});
