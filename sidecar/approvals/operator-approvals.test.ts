import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../clock.ts';
import { OperatorClient } from '../operator-client/client.ts';
import { OperatorDouble } from '../testing/operator-double.ts';
import type { Approval, ApprovalSubject } from './approval.ts';
import { OperatorApprovals } from './operator-approvals.ts';

const PATIENCE_MS = 600;
const subject: ApprovalSubject = {
  namespace: 'finance',
  server: 'ledger',
  method: 'tools/call',
  target: { kind: 'tool', name: 'transfer', args: undefined },
  principal: { kind: 'token', name: 'ada', groups: ['agents'] },
  digest: `sha256:${'a'.repeat(64)}`,
  pin: undefined,
  shown: {},
  preview: { amount: 5 },
  reason: 'money needs people',
  rules: ['finance/pack#transfer'],
  revision: `sha256:${'b'.repeat(64)}`,
  expiresMs: 60_000,
};

let operator: OperatorDouble;
let client: OperatorClient;
let approvals: OperatorApprovals;

beforeEach(async () => {
  operator = await OperatorDouble.start();
  client = new OperatorClient(operator, SYSTEM_CLOCK);
  approvals = new OperatorApprovals(client, SYSTEM_CLOCK, pino({ level: 'silent' }), PATIENCE_MS);
});
afterEach(async () => {
  await client.close();
  await operator.close();
});

async function submitted(): Promise<Approval> {
  const outcome = await approvals.submit(subject, undefined);
  return outcome.kind === 'found' ? outcome.approval : expect.fail(outcome.kind);
}

describe('submit', () => {
  it('asks with everything an approver needs, and nothing of the arguments but their preview', async () => {
    expect(await approvals.submit(subject, undefined)).toMatchObject({
      kind: 'found',
      usedUp: undefined,
      approval: { name: 'ledger-transfer-1', state: 'Pending', subject, decidedBy: undefined, reason: undefined },
    });
    expect(operator.questions).toEqual([
      {
        method: 'tools/call',
        target: { kind: 'tool', name: 'transfer' },
        shown: {},
        preview: { amount: 5 },
        digest: subject.digest,
        principal: { kind: 'token', name: 'ada', groups: ['agents'], scopes: [] },
        rules: ['finance/pack#transfer'],
        revision: subject.revision,
      },
    ]);
  });

  it('meets what is open already, and hears which approval is used up', async () => {
    const first = await submitted();
    expect((await submitted()).name).toBe(first.name);
    operator.settle(first.name, 'Consumed');
    expect(await approvals.submit(subject, undefined)).toMatchObject({ usedUp: first.name });
  });

  it('says nothing of what the operator looks up by itself: the reason and how long there is', async () => {
    await approvals.submit(subject, undefined);
    expect(Object.keys(operator.questions[0] ?? {})).not.toEqual(expect.arrayContaining(['reason', 'expiresMs']));
  });

  it('names no more rules than the operator takes', async () => {
    await approvals.submit(
      { ...subject, rules: Array.from({ length: 300 }, (_, i) => `finance/pack#${i}`) },
      undefined,
    );
    expect(operator.questions[0]).toMatchObject({ rules: { length: 256 } });
  });

  it.each([
    ['the revision', 'unknown-revision', 'does not know the policy that holds this call'],
    ['a rule', 'unknown-rule', 'knows no rule that asks for a person before this call'],
  ])('is told in a sentence when the operator does not know %s', async (_, code, says) => {
    operator.refusesWith = { status: 422, body: { error: 'no', code } };
    expect(await approvals.submit(subject, undefined)).toEqual({
      kind: 'unavailable',
      why: expect.stringContaining(says) as string,
    });
  });

  it('is told when too many wait', async () => {
    operator.tooMany = true;
    expect(await approvals.submit(subject, undefined)).toEqual({ kind: 'too-many' });
  });

  it.each([
    ['is not known', 'made-up'],
    ['is no name at all', '../../v1/report'],
    ['is of another call', 'ledger-transfer-1'],
  ])('asks nobody when the approval its client names %s', async (_name, named) => {
    await approvals.submit({ ...subject, digest: `sha256:${'c'.repeat(64)}` }, undefined);
    expect(await approvals.submit(subject, named)).toEqual({ kind: 'unknown', name: named });
    expect(operator.questions).toHaveLength(1);
    expect(operator.requests.filter((request) => request.includes('report'))).toEqual([]);
  });

  it('goes on with the approval its client names, if it is for this call', async () => {
    const { name } = await submitted();
    expect(await approvals.submit(subject, name)).toMatchObject({ kind: 'found', approval: { name } });
  });

  it.each([
    ['answers 503 once', 503],
    ['cuts the connection once', 'cut'],
    ['is asked to wait once', 429],
  ] as const)('asks again when the operator %s', async (_name, mishap) => {
    operator.goWrong(/POST .*approvals$/, mishap, 1);
    expect((await submitted()).state).toBe('Pending');
  });

  it.each([
    ['hangs', 'hang', /does not answer; calls that need approval are refused until it does/],
    ['fails', 503, /does not answer/],
    ['does not take the token', 401, /did not take the request/],
    ['knows no such pod', 403, /did not take the request/],
    ['answers nonsense', 'nonsense', /did not take the request/],
  ] as const)('says what is the matter when the operator %s', async (_name, mishap, says) => {
    operator.goWrong(/approvals/, mishap);
    const began = performance.now();
    expect(await approvals.submit(subject, undefined)).toEqual({
      kind: 'unavailable',
      why: expect.stringMatching(says),
    });
    expect(performance.now() - began).toBeLessThan(PATIENCE_MS + 400);
  });

  it('lets only so many calls ask at once, and all of them be asked again later', async () => {
    operator.goWrong(/approvals/, 'hang');
    const answers = await Promise.all(Array.from({ length: 120 }, async () => approvals.submit(subject, undefined)));
    expect(answers.filter((answer) => 'why' in answer && answer.why.includes('too many calls ask'))).toHaveLength(20);
    operator.recover();
    await vi.waitFor(async () => expect((await submitted()).state).toBe('Pending'), 10_000);
  });

  it('says so when nobody is there', async () => {
    await operator.down();
    expect(await approvals.submit(subject, undefined)).toMatchObject({ kind: 'unavailable' });
  });

  it('concludes nothing from an answer about another call', async () => {
    const { name } = await submitted();
    operator.approvals.set(name, { ...operator.only(), digest: 'sha256:other', state: 'Approved' });
    expect(await approvals.claim(await approved(name))).toMatchObject({ kind: 'unavailable' });
  });
});

async function approved(name: string): Promise<Approval> {
  const expiresAt = Date.now() + 60_000;
  return { name, subject, state: 'Approved', pin: undefined, expiresAt, decidedBy: 'ada', reason: undefined };
}

describe('watch', () => {
  it('hears of the decision at once, in one question for all who wait', async () => {
    const approval = await submitted();
    const listeners = [vi.fn(), vi.fn(), vi.fn()];
    for (const listener of listeners) approvals.watch(approval, listener);
    await vi.waitFor(() => expect(operator.pollsOpen).toBe(1));
    operator.settle(approval.name, 'Denied', 'no');
    const settled = { name: approval.name, state: 'Denied', decidedBy: 'ada', reason: 'no' };
    for (const listener of listeners) {
      await vi.waitFor(() => expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(settled)));
    }
    expect(operator.requests.filter((request) => request.includes('unless=Pending&wait=25'))).toHaveLength(1);
  });

  it('is told nothing any more after it left, and the question ends with the last one', async () => {
    const approval = await submitted();
    const [stays, left] = [vi.fn(), vi.fn()];
    const leave = [approvals.watch(approval, stays), approvals.watch(approval, left)];
    await vi.waitFor(() => expect(operator.pollsOpen).toBe(1));
    leave[1]?.();
    expect(operator.pollsOpen).toBe(1);
    leave[0]?.();
    await vi.waitFor(() => expect(operator.pollsOpen).toBe(0));
    operator.settle(approval.name, 'Approved');
    await sleep(50);
    expect([...stays.mock.calls, ...left.mock.calls]).toEqual([]);
    const again = vi.fn();
    approvals.watch(approval, again);
    await vi.waitFor(() => expect(again).toHaveBeenCalled());
  });

  it.each([
    ['is cut in the middle', (): unknown => operator.cutAll()],
    [
      'is gone for a while',
      async (): Promise<void> => {
        await operator.down();
        await sleep(250);
        await operator.listen();
      },
    ],
    [
      'answers nonsense',
      async (): Promise<void> => {
        operator.goWrong(/GET/, 'nonsense', 2);
        operator.cutAll();
      },
    ],
    [
      'fails',
      async (): Promise<void> => {
        operator.goWrong(/GET/, 503, 2);
        operator.cutAll();
      },
    ],
  ])('waits on when the operator %s', async (_name, mishap) => {
    const approval = await submitted();
    const listener = vi.fn();
    approvals.watch(approval, listener);
    await vi.waitFor(() => expect(operator.pollsOpen).toBe(1));
    await mishap();
    operator.settle(approval.name, 'Approved');
    await vi.waitFor(() => expect(listener).toHaveBeenCalledOnce(), 5_000);
  });

  it('waits on when the operator itself waited no longer, without flooding it', async () => {
    const approval = await submitted();
    const listener = vi.fn();
    approvals.watch(approval, listener);
    await vi.waitFor(() => expect(operator.pollsOpen).toBe(1));
    const answering = setInterval(() => operator.tellWaiting(approval.name), 1);
    await sleep(500);
    clearInterval(answering);
    expect(operator.requests.length).toBeLessThan(8);
    expect(listener).not.toHaveBeenCalled();
    operator.settle(approval.name, 'Expired');
    await vi.waitFor(() => expect(listener).toHaveBeenCalledOnce(), 5_000);
  });

  it('hears that the request was deleted', async () => {
    const approval = await submitted();
    operator.approvals.clear();
    const listener = vi.fn();
    approvals.watch(approval, listener);
    await vi.waitFor(() => expect(listener).toHaveBeenCalledWith({ ...approval, state: 'Withdrawn' }));
  });
});

describe('claim', () => {
  const claimable = async (): Promise<Approval> => {
    const { name } = await submitted();
    operator.settle(name, 'Approved');
    return approved(name);
  };

  it('is granted to exactly one of many', async () => {
    const approval = await claimable();
    const claims = await Promise.all(Array.from({ length: 5 }, async () => approvals.claim(approval)));
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    const others = claims.filter(({ kind }) => kind !== 'claimed');
    expect(others.map((claim) => 'approval' in claim && claim.approval.state)).toEqual(Array(4).fill('Consumed'));
  });

  it.each(['Pending', 'Denied', 'Expired', 'Consumed', 'Withdrawn'])('of one that is %s is refused', async (state) => {
    const approval = await claimable();
    operator.settle(approval.name, state);
    expect(await approvals.claim(approval)).toMatchObject({ kind: 'not-claimed', approval: { state } });
  });

  it('of one that is gone is refused', async () => {
    const approval = await claimable();
    operator.approvals.clear();
    expect(await approvals.claim(approval)).toMatchObject({ kind: 'not-claimed', approval: { state: 'Withdrawn' } });
  });

  it('is made again when the first attempt came to nothing', async () => {
    const approval = await claimable();
    operator.goWrong(/consume/, 'cut', 1);
    expect(await approvals.claim(approval)).toMatchObject({ kind: 'claimed' });
  });

  it('is not granted when it may have been an attempt of ours that used it up', async () => {
    const approval = await claimable();
    operator.goWrong(/consume/, 'cut', 1);
    operator.settle(approval.name, 'Consumed');
    expect(await approvals.claim(approval)).toEqual({
      kind: 'unavailable',
      why: expect.stringMatching(/was not executed; call again with identical arguments/),
    });
  });

  it.each(['hang', 'cut', 500, 'nonsense'] as const)(
    'is not granted by an operator that does this: %s',
    async (mishap) => {
      const approval = await claimable();
      operator.goWrong(/consume/, mishap);
      expect((await approvals.claim(approval)).kind).toBe('unavailable');
    },
  );
});

describe('a standing grant', () => {
  const grantable = { ...subject, hidden: ['/memo'] };
  const granted = async (): Promise<Approval> => {
    operator.grant ??= { name: 'month-end', maxUses: 2, used: new Set() };
    const outcome = await approvals.submit(grantable, undefined);
    return outcome.kind === 'found' ? outcome.approval : expect.fail(outcome.kind);
  };

  it('lets a call through that says what of it is not shown', async () => {
    const approval = await granted();
    expect(approval).toMatchObject({ name: 'month-end', state: 'Approved', grant: { uses: 0, maxUses: 2, tried: [] } });
    expect(operator.questions[0]).toMatchObject({ grant: { id: approval.grant?.id, hidden: ['/memo'], without: [] } });
    expect(await approvals.claim(approval)).toMatchObject({
      kind: 'claimed',
      approval: { name: 'month-end', state: 'Consumed', decidedBy: 'grace', grant: { uses: 1, maxUses: 2 } },
    });
  });

  it('is none of a call that none can be about', async () => {
    operator.grant = { name: 'month-end', maxUses: 2, used: new Set() };
    expect(await submitted()).toMatchObject({ name: 'ledger-transfer-1', state: 'Pending' });
    expect(operator.questions[0]).not.toHaveProperty('grant');
  });

  it('is used once by a call whose use has to be asked for twice', async () => {
    const approval = await granted();
    operator.goWrong(/grants/, 'cut', 1);
    expect(await approvals.claim(approval)).toMatchObject({ kind: 'claimed' });
    expect(await approvals.claim(approval)).toMatchObject({ kind: 'claimed', approval: { grant: { uses: 1 } } });
    expect(operator.grant?.used.size).toBe(1);
  });

  it.each([
    ['is used up meanwhile', () => operator.grant?.used.add('a').add('b')],
    ['is gone meanwhile', () => (operator.grant = { name: 'other', maxUses: 0, used: new Set() })],
  ])('that %s is not asked for again, and a person is asked instead', async (_what, happens) => {
    const approval = await granted();
    happens();
    if (operator.grant?.name === 'other') operator.grant = undefined;
    expect(await approvals.claim(approval)).toMatchObject({
      kind: 'not-claimed',
      approval: { name: 'ledger-transfer-1', state: 'Pending' },
    });
    expect(operator.questions[1]).toMatchObject({ grant: { without: ['month-end'] } });
  });

  it('that is used up while too many wait lets nothing through', async () => {
    const approval = await granted();
    operator.grant?.used.add('a').add('b');
    operator.tooMany = true;
    expect(await approvals.claim(approval)).toMatchObject({
      kind: 'unavailable',
      why: expect.stringContaining('used up') as string,
    });
  });

  it.each(['nonsense', 'hang'] as const)(
    'lets nothing through where the operator answers its use by %s',
    async (mishap) => {
      const approval = await granted();
      operator.goWrong(/grants/, mishap);
      expect(await approvals.claim(approval)).toMatchObject({ kind: 'unavailable' });
    },
  );
});
