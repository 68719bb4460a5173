/** Standing grants from end to end: made by people under the policies of the chart, offered and used up by two replicas of the operator. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { grantFrom } from '../../../../core/approvals/grant-from.ts';
import { CUSTOM_RESOURCES, type StoredGrant } from '../../../../operator/custom-resources.ts';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS, OPERATOR } from '../chart/release.ts';
import { HAS_VOTE_POLICIES } from '../chart/voter.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { type Answer, ask, gatedPod, type GatedPod } from './pod-identity.ts';

const TREASURY = ['treasury'];
const grants = { maxDuration: '2h', maxUses: 20 };
const held = (name: string, approval: object = {}) => ({ name, names: [name], effect: 'RequireApproval', approval });

let on: Installation;
let operators: [TestOperator, TestOperator];
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start();
  operators = [await on.replica({ name: 'a' }), await on.replica({ name: 'b' })];
  const namespace = await on.namespace({ 'sallyport.dev/injection': 'enabled' });
  await on.pack(namespace, 'payments', {
    tools: [
      held('transfer', { grants }),
      held('refund'),
      held('wire', { grants, quorum: 2, approvers: { groups: TREASURY } }),
      held('purge', { grants }),
    ],
  });
  await on.pack(on.root, 'ceilings', { grants: { maxUses: 10, never: ['pur*'] } });
  await on.pack(on.root, 'people', {
    requesters: [{ principals: { names: ['billing-agent'] }, users: ['mallory'] }],
  });
  await on.server(namespace);
  pod = await gatedPod(on, 'ledger-1', namespace);
  const bind = ['create', 'rolebinding', '-n', namespace];
  for (const role of ['sallyport-grantor', 'sallyport-approver'])
    await on.kubectl([...bind, role, `--clusterrole=${role}`, '--group=treasury']);
  // A policy acts a second or so after it was made.
  await eventually(
    'the policies act',
    async () => (await made('warm', { grantedBy: { username: 'grace' } })).includes('you are ada'),
    30_000,
  );
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

// A grant of another test would let calls of this one through, and only so many of one caller wait.
afterEach(async () => {
  for (const kind of ['approvalgrants', 'approvalrequests']) {
    const remove = ['delete', `${kind}.sallyport.dev`, '--all', '-n', pod.namespace];
    await on.cluster.as(OPERATOR, [], remove);
  }
});

let count = 0;
let name: string;
beforeEach(() => {
  name = `grant-${(count += 1)}`;
});

function spec(more: object = {}) {
  return {
    server: 'ledger',
    tool: 'transfer',
    principal: { name: 'billing-agent' },
    arguments: [{ at: '/amount', max: 5000 }],
    rules: [`${pod.namespace}/payments#transfer`],
    maxUses: 10,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    ...more,
  };
}

/** What the API server says of it. */
async function made(called: string, more: object = {}, user = 'ada', groups = TREASURY): Promise<string> {
  const object = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalGrant' };
  const metadata = { name: called, namespace: pod.namespace };
  const own = HAS_VOTE_POLICIES ? {} : { grantedBy: { username: user, groups } };
  const create = on.cluster.as(user, groups, ['create', '-f', '-'], {
    ...object,
    metadata,
    spec: spec({ ...own, ...more }),
  });
  return create.catch((error: Error) => error.message);
}

function stored(called = name): Promise<StoredGrant> {
  return on.client.get(CUSTOM_RESOURCES.ApprovalGrant, { namespace: pod.namespace, name: called });
}

/** Until it is said of the grant what is expected. */
async function becomes(state: string, says = ''): Promise<void> {
  await soon(async () => {
    const { status } = await stored();
    expect(status).toMatchObject({ state });
    expect(status?.conditions?.[0]?.message).toContain(says);
  });
}

async function active(more: object = {}): Promise<void> {
  expect(await made(name, more)).toContain('created');
  await becomes('Active');
  // Each replica has heard of it.
  for (const of of operators) await soon(async () => expect(await offered({}, of)).toBe(name));
}

let calls = 0;
function call(more: object = {}) {
  return {
    method: 'tools/call',
    target: { kind: 'tool', name: 'transfer' },
    preview: { amount: 4000 },
    digest: `sha256:${(calls += 1).toString(16).padStart(64, '0')}`,
    principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
    rules: [`${pod.namespace}/payments#transfer`],
    revision: pod.revision,
    grant: { id: randomUUID(), hidden: [] as string[] },
    ...more,
  };
}

function asks(path: string, body: object, of = operators[0]): Promise<Answer> {
  return ask(of, pod.operatorCa, { token: pod.token, path, body });
}

/** Name of the grant that lets a call through, or the state of the request that was made of it. */
async function offered(more: object = {}, of = operators[0]): Promise<unknown> {
  const { status, body } = await asks('/v1/approvals', call(more), of);
  expect(status, JSON.stringify(body)).toBe(200);
  return body['grant'] === undefined ? body['state'] : body['name'];
}

function use(body: object = call(), of = operators[0]): Promise<Answer> {
  return asks(`/v1/grants/${name}/use`, body, of);
}

describe('a grant', () => {
  test('made from a request in one step lets calls like it through, and is on record with each of them', async () => {
    const { body } = await asks('/v1/approvals', call({ preview: { amount: 7, to: 'ACME' } }));
    const request = await on.client.get(CUSTOM_RESOURCES.ApprovalRequest, {
      namespace: pod.namespace,
      name: String(body['name']),
    });
    const result = grantFrom(request as Parameters<typeof grantFrom>[0], {
      forMs: 3_600_000,
      uses: 2,
      now: Date.now(),
      name,
    });
    if ('problem' in result) return expect.fail(result.problem);
    const own = HAS_VOTE_POLICIES ? {} : { grantedBy: { username: 'ada', groups: TREASURY } };
    const grant = { ...result.grant, spec: { ...result.grant.spec, ...own } };
    await on.cluster.as('ada', TREASURY, ['create', '-f', '-'], grant);
    await becomes('Active', '0 of 2 uses');
    expect(await offered({ preview: { amount: 7, to: 'ACME' } })).toBe(name);
    expect(await offered({ preview: { amount: 7, to: 'other' } })).toBe('Pending');
    const used = call({ preview: { amount: 7, to: 'ACME' } });
    expect(await use(used)).toMatchObject({
      status: 200,
      body: { name, state: 'Consumed', digest: used.digest, decidedBy: 'ada', grant: { uses: 1, maxUses: 2 } },
    });
    const { status } = await stored();
    expect(status).toMatchObject({ uses: 1, used: [{ id: used.grant.id, digest: used.digest }] });
    const shown = await on.kubectl(['get', 'approvalgrants.sallyport.dev', name, '-n', pod.namespace]);
    expect(shown.split('\n')[1]).toMatch(/transfer +billing-agent +Active +1 +2 /);
  });

  test('lets ten calls through and not the eleventh', async () => {
    await active();
    for (let turn = 1; turn <= 10; turn++) {
      expect(await use(call(), operators[turn % 2])).toMatchObject({ status: 200, body: { grant: { uses: turn } } });
    }
    expect((await use()).status).toBe(409);
    expect((await stored()).status).toMatchObject({ state: 'UsedUp', uses: 10 });
    await soon(async () => expect(await offered()).toBe('Pending'));
  });

  test('is used once by a call, however often it asks, at whichever replica', async () => {
    await active();
    const one = call();
    const answers = await Promise.all([use(one), use(one, operators[1]), use(one), use(one, operators[1])]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await stored()).status).toMatchObject({ uses: 1 });
    const other = { ...call(), grant: one.grant };
    expect(await use(other)).toMatchObject({ status: 409, body: { error: 'another call has this id' } });
  });

  test('gives its last use to one of several that race for it over two replicas', async () => {
    await active({ maxUses: 1 });
    const racing = Array.from({ length: 8 }, (_, at) => use(call(), operators[at % 2]));
    const answers = (await Promise.all(racing)).map(({ status }) => status);
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect((await stored()).status).toMatchObject({ state: 'UsedUp', uses: 1 });
  });

  test('lets nothing through any more once it was revoked', async () => {
    await active();
    await use();
    const revoke = ['patch', 'approvalgrants.sallyport.dev', name, '-n', pod.namespace, '--type=merge'];
    await on.cluster.as('grace', TREASURY, [...revoke, '-p', '{"spec":{"revoked":true}}']);
    // In the same moment, whatever the replicas have heard.
    expect((await use()).status).toBe(409);
    await becomes('Revoked');
    expect(await offered()).toBe('Pending');
  });

  test('lets nothing through any more once it was deleted', async () => {
    await active();
    const remove = ['delete', 'approvalgrants.sallyport.dev', name, '-n', pod.namespace];
    await on.cluster.as('grace', TREASURY, remove);
    expect((await use()).status).toBe(404);
  });

  test('is over when its time is', async () => {
    await made(name, { expiresAt: new Date(Date.now() + 3000).toISOString() });
    await becomes('Expired');
    expect((await use()).status).toBe(409);
    expect(await offered()).toBe('Pending');
  });

  test.each<[string, object]>([
    ['with another amount', { preview: { amount: 5001 } }],
    ['with an argument more', { preview: { amount: 1, memo: 'x' } }],
    ['with an amount that is not shown', { grant: { id: randomUUID(), hidden: ['/amount'] } }],
    ['of another tool', { target: { kind: 'tool', name: 'wire' }, rules: [] }],
    ['of somebody else', { principal: { kind: 'token', name: 'other', groups: [] } }],
    ['of a gate that says nothing of grants', { grant: undefined }],
  ])('does not cover a call %s, offered or used', async (_what, more) => {
    await active();
    expect(await offered(more)).toBe('Pending');
    expect((await use(call(more))).status).not.toBe(200);
    expect((await stored()).status?.uses ?? 0).toBe(0);
  });

  test('does not stand in for what a person said of exactly this call', async () => {
    const denied = call({ grant: undefined });
    const { body } = await asks('/v1/approvals', denied);
    const vote = ['patch', 'approvalrequests.sallyport.dev', String(body['name']), '-n', pod.namespace];
    const patch = ['--subresource=status', '--type=merge', '-p', '{"status":{"decision":"Denied"}}'];
    await soon(() => on.cluster.as('ada', TREASURY, [...vote, ...patch]));
    await active();
    await soon(async () => {
      const again = await asks('/v1/approvals', { ...denied, grant: { id: randomUUID(), hidden: [] } });
      expect(again.body).toMatchObject({ state: 'Denied', name: body['name'] });
    });
  });

  test('lets nothing of a caller through that a person has halted', async () => {
    await active();
    const waiting = Array.from({ length: 21 }, () => asks('/v1/approvals', call({ grant: undefined })));
    expect((await Promise.all(waiting)).filter(({ status }) => status === 409)).toHaveLength(1);
    const storm = await eventually('a person is asked whether to halt it', async () => {
      const requests = await on.client.list(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace });
      return requests.items.find((request) => request.spec.subject?.type === 'Storm')?.metadata.name;
    });
    const vote = ['patch', 'approvalrequests.sallyport.dev', storm, '-n', pod.namespace, '--subresource=status'];
    await soon(() =>
      on.cluster.as('ada', TREASURY, [...vote, '--type=merge', '-p', '{"status":{"decision":"Approved"}}']),
    );
    await soon(async () => expect((await asks('/v1/approvals', call())).body).toMatchObject({ code: 'halted' }));
    expect(await use()).toMatchObject({ status: 409, body: { error: 'a person has halted the caller' } });
    expect((await stored()).status?.uses ?? 0).toBe(0);
  });
});

describe('a grant is not active', () => {
  test.each<[string, object, string]>([
    ['where the rule allows none', { tool: 'refund', rules: ['refund'] }, 'allows no grants'],
    ['of a tool that a pack never lets be granted', { tool: 'purge', rules: ['purge'] }, 'never granted'],
    ['for a rule that there is not', { rules: ['gone'] }, 'has no rule'],
    ['with more uses than a pack lets it have', { maxUses: 11 }, 'more than 10 uses'],
    [
      'for longer than the rule lets it',
      { expiresAt: new Date(Date.now() + 3 * 3_600_000).toISOString() },
      'longer than 2 h',
    ],
    ['of a server that there is not', { server: 'other' }, 'no MCPServer other'],
  ])('%s', async (_what, more, says) => {
    const ids = (more as { rules?: string[] }).rules?.map((rule) => `${pod.namespace}/payments#${rule}`);
    await made(name, { ...more, ...(ids === undefined ? {} : { rules: ids }) });
    await becomes('Refused', says);
  });

  test('where who made it stands behind the caller, by the mapping in the root namespace', async () => {
    await made(name, {}, 'mallory');
    await becomes('Refused', 'mallory stands behind billing-agent');
    expect((await use()).status).toBe(409);
  });

  test('where who made it is the caller: the API server has none of it', async () => {
    expect(await made(name, {}, 'billing-agent')).toContain('billing-agent makes these calls');
  });
});

describe.runIf(HAS_VOTE_POLICIES)('a grant for a rule that asks for two people', () => {
  const wire = { tool: 'wire', arguments: [] };
  const vote = (user: string, decision: string) => {
    const args = ['patch', 'approvalgrants.sallyport.dev', name, '-n', pod.namespace, '--subresource=status'];
    return on.cluster.as(user, TREASURY, [...args, '--type=merge', '-p', JSON.stringify({ status: { decision } })]);
  };

  test('waits for the second, and is active then', async () => {
    await made(name, { ...wire, rules: [`${pod.namespace}/payments#wire`] });
    await becomes('Pending', '1 of 2 votes');
    const wired = { target: { kind: 'tool', name: 'wire' }, rules: [], preview: {} };
    expect((await use(call(wired))).status).toBe(409);
    await expect(vote('ada', 'Approved')).rejects.toThrow('ada made this grant');
    await vote('grace', 'Approved');
    await becomes('Active');
    expect(await use(call(wired))).toMatchObject({ status: 200, body: { decidedBy: 'ada, grace' } });
  });

  test('is over when the second says no', async () => {
    await made(name, { ...wire, rules: [`${pod.namespace}/payments#wire`] });
    await becomes('Pending');
    await vote('grace', 'Denied');
    await becomes('Denied', 'grace denied it');
  });
});

// The last, since it changes the policy under all of them.
test('a grant lets nothing through any more once its rule has none, whatever policy a gate still has', async () => {
  await active();
  const payments = { namespace: pod.namespace, name: 'payments' };
  await on.client.mergePatch(CUSTOM_RESOURCES.PolicyPack, payments, { spec: { tools: [held('transfer')] } });
  await becomes('Refused', 'allows no grants');
  expect(await offered()).toBe('Pending');
  expect((await use()).status).toBe(409);
  expect((await stored()).status?.uses ?? 0).toBe(0);
});
