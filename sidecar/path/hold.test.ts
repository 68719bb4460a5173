import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ApprovalState } from '../../core/api/approval-request.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import { decide } from '../../core/policy/decide.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { Approval, ApprovalSubject } from '../approvals/approval.ts';
import type { ApprovalService, Claim, SubmitOutcome } from '../approvals/service.ts';
import { TestReply, answerParts } from '../testing/answering.ts';
import { judgingMessage, requestOf } from '../testing/calls.ts';
import { Hold, type HoldParts } from './hold.ts';

const HELD = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: { hold: '30s' } }] });
const HOLD_MS = 30_000;

/** Whoever is asked; each answer comes when a test gives it. */
class Asked implements ApprovalService {
  readonly submitted = Promise.withResolvers<SubmitOutcome>();
  readonly claimed = Promise.withResolvers<Claim>();
  claims = 0;
  watching = 0;
  settle: (settled: Approval) => void = () => expect.fail('nobody watches');

  submit(): Promise<SubmitOutcome> {
    return this.submitted.promise;
  }

  watch(_approval: Approval, onSettled: (settled: Approval) => void): () => void {
    this.watching++;
    this.settle = onSettled;
    return () => void this.watching--;
  }

  claim(): Promise<Claim> {
    this.claims++;
    return this.claimed.promise;
  }
}

let asked: Asked;
let parts: ReturnType<typeof answerParts>;
let gate: HoldParts & { draining: boolean };
let reply: TestReply;
let proven: boolean;
let ended: (Refusal | undefined)[];
beforeEach(() => {
  vi.useFakeTimers();
  asked = new Asked();
  parts = answerParts(HELD);
  gate = { ...parts, policy: parts.policy, audit: parts.audit, draining: false, approvals: asked };
  reply = new TestReply();
  proven = true;
  ended = [];
});
afterEach(() => {
  // Whatever has ended the wait, nothing is left of it.
  if (ended.length > 0) {
    expect([ended.length, asked.watching, parts.holds.size, vi.getTimerCount()]).toEqual([1, 0, 0, 0]);
    expect(parts.holds.hasRoomFor(1024 * 1024)).toBe(true);
  }
  vi.useRealTimers();
});

function approval(state: ApprovalState, policy: Policy = HELD): Approval {
  const target = { kind: 'tool', name: 'transfer' } as const;
  const subject = { reason: 'by a test', revision: policy.revision, target, principal: ada } as ApprovalSubject;
  return { name: 'a-1', subject, expiresAt: 1e12, pin: undefined, state, decidedBy: 'eve', reason: undefined };
}

function held(params: object = {}, headers = {}) {
  const targets = [tool('transfer')];
  const verdict = decide(HELD, { principal: ada, targets, inspection: undefined });
  const conversation = parts.sessions.sessionless(ada);
  const call = judgingMessage(
    {
      message: requestOf('tools/call', params),
      reading: { policy: HELD, conversation },
      judgement: { verdict, targets },
    },
    { policy: HELD, headers, proof: { principal: ada, holds: () => proven } },
  );
  new Hold(call, reply, gate, asked, approval('Pending').subject, undefined).begin((refusal) => ended.push(refusal));
  return call;
}

const turn = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));
const answered = async (state: ApprovalState, usedUp?: string): Promise<void> => {
  asked.submitted.resolve({ kind: 'found', approval: approval(state), usedUp });
  await turn();
};
const settled = async (state: ApprovalState): Promise<void> => {
  asked.settle(approval(state));
  await turn();
};
const claimed = async (claim: Claim): Promise<void> => {
  asked.claimed.resolve(claim);
  await turn();
};
const used: Claim = { kind: 'claimed', approval: approval('Consumed') };
const reasons = (): (string | undefined)[] => ended.map((refusal) => refusal?.reason);

it('says of the question that it is part of the trace that the message names', async () => {
  const traces: string[] = [];
  gate = {
    ...gate,
    approvalNotes: { asked: (_approval: Approval, traceId: string) => void traces.push(traceId) },
  } as never;
  const call = held();
  call.joins({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), sampled: false, state: undefined });
  await answered('Pending');
  expect(traces).toEqual(['ab'.repeat(16)]);
});

describe('what the service says at once', () => {
  it.each<[string, SubmitOutcome, string]>([
    ['the approval that is named is not known', { kind: 'unknown', name: 'x' }, 'approval-unknown'],
    ['too many wait already', { kind: 'too-many' }, 'approval-unavailable'],
    [
      'a person has halted the caller',
      { kind: 'halted', name: 'a-2', until: '2030-01-01T00:00:00Z' },
      'approval-denied',
    ],
    ['nobody can be asked', { kind: 'unavailable', why: 'down' }, 'approval-unavailable'],
    ['it is denied already', { kind: 'found', approval: approval('Denied'), usedUp: undefined }, 'approval-denied'],
    ['it has expired', { kind: 'found', approval: approval('Expired'), usedUp: undefined }, 'approval-expired'],
    ['it is used up', { kind: 'found', approval: approval('Consumed'), usedUp: undefined }, 'approval-used'],
    ['it is withdrawn', { kind: 'found', approval: approval('Withdrawn'), usedUp: undefined }, 'approval-outdated'],
  ])('ends the call: %s', async (_what, outcome, reason) => {
    held();
    asked.submitted.resolve(outcome);
    await turn();
    expect([reasons(), reply.started, asked.claims]).toEqual([[reason], false, 0]);
  });

  it('ends it as well when the service breaks, against its promise', async () => {
    held();
    asked.submitted.reject(new Error('odd'));
    await turn();
    expect(reasons()).toEqual(['internal-error']);
  });

  it.each<[ApprovalState, (string | undefined)[]]>([
    ['Pending', []],
    ['Denied', ['approval-denied']],
  ])('may be a grant that another call uses up: what is said of the call instead counts, %s', async (state, ends) => {
    held();
    const grant = { id: 'x', uses: 0, maxUses: 1, tried: [] };
    asked.submitted.resolve({
      kind: 'found',
      approval: { ...approval('Approved'), name: 'g', grant },
      usedUp: undefined,
    });
    await turn();
    await claimed({ kind: 'not-claimed', approval: approval(state) });
    expect([reasons(), asked.watching]).toEqual([ends, ends.length === 0 ? 1 : 0]);
    if (ends.length === 0) await settled('Expired');
  });

  it('may be a yes, which is used up at once and with no stream', async () => {
    held();
    await answered('Approved');
    await claimed(used);
    expect([reasons(), asked.claims, reply.started]).toEqual([[undefined], 1, false]);
  });
});

describe('while a person thinks', () => {
  it('the client hears at once that it waits, and then that it still does', async () => {
    held();
    await answered('Pending');
    expect([reply.headers['content-type'], reply.text.length > 0]).toEqual(['text/event-stream', true]);
    const said = reply.text;
    vi.advanceTimersByTime(10_000);
    expect(reply.text).toBe(said + said);
  });

  it('progress grows, for whoever asked for it', async () => {
    const call = held({ _meta: { progressToken: 'p' } });
    await answered('Pending');
    vi.advanceTimersByTime(10_000);
    expect(reply.messages.map(({ params }) => params)).toMatchObject([
      { progressToken: 'p', progress: 0 },
      { progressToken: 'p', progress: 1 },
      { progressToken: 'p', progress: 2 },
    ]);
    expect(call.course.progress?.token).toBe('p');
  });

  it('nothing is said to a client that takes no events', async () => {
    held({ _meta: { progressToken: 'p' } }, { accept: 'application/json' });
    await answered('Pending');
    vi.advanceTimersByTime(HOLD_MS - 1);
    expect([reply.started, reply.text]).toEqual([false, '']);
  });

  it('the budget ends the wait, and tells to call again', async () => {
    held();
    await answered('Pending', 'a-0');
    vi.advanceTimersByTime(HOLD_MS - 1);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ended).toMatchObject([
      { reason: 'approval-pending', message: expect.stringContaining('a-0 was used once') as string },
    ]);
  });

  it('the time that asking took is part of the budget', async () => {
    held();
    parts.clock.advance(HOLD_MS + 1);
    await answered('Pending');
    vi.advanceTimersByTime(1);
    expect(reasons()).toEqual(['approval-pending']);
  });

  it('how long it took goes on record', async () => {
    const call = held();
    await answered('Pending');
    parts.clock.advance(1_234);
    await settled('Denied');
    expect([reasons(), call.course.heldMs, call.course.approval?.state]).toEqual([
      ['approval-denied'],
      1_234,
      'Denied',
    ]);
  });

  it('it and its body count among what is held', async () => {
    const call = held();
    expect(parts.holds.size).toBe(1);
    expect(parts.holds.hasRoomFor(1024 * 1024 - call.content.body.length)).toBe(true);
    expect(parts.holds.hasRoomFor(1024 * 1024 - call.content.body.length + 1)).toBe(false);
  });
});

describe('an approval is not used up for a call that could not be sent', () => {
  it.each<[string, () => void, string]>([
    ['the policy is another one', () => parts.setPolicy(policyOf(ALLOW_ALL)), 'approval-outdated'],
    ['there is no policy', () => parts.setPolicy(undefined), 'approval-outdated'],
    ['the token is not good any more', () => (proven = false), 'unauthenticated'],
    ['nothing can be recorded', () => parts.failAudit(), 'audit-unavailable'],
  ])('because %s', async (_why, change, reason) => {
    held();
    await answered('Pending');
    change();
    await settled('Approved');
    expect([reasons(), asked.claims]).toEqual([[reason], 0]);
  });
});

describe('an approval that is used up', () => {
  beforeEach(async () => {
    held();
    await answered('Pending');
    await settled('Approved');
  });

  it('lets exactly this call go on', async () => {
    expect(ended).toEqual([]);
    await claimed(used);
    expect([reasons(), asked.claims]).toEqual([[undefined], 1]);
  });

  it.each<[string, Claim, string]>([
    ['another call was faster', { kind: 'not-claimed', approval: approval('Consumed') }, 'approval-used'],
    ['it was too late', { kind: 'not-claimed', approval: approval('Expired') }, 'approval-expired'],
    ['it was for another policy', { kind: 'not-claimed', approval: approval('Approved') }, 'approval-outdated'],
    ['somebody takes it back', { kind: 'not-claimed', approval: approval('Withdrawn') }, 'approval-outdated'],
    ['nobody can say', { kind: 'unavailable', why: 'down' }, 'approval-unavailable'],
  ])('is none, and the call does not go on, where %s', async (_why, claim, reason) => {
    await claimed(claim);
    expect(reasons()).toEqual([reason]);
  });

  it('is waited for beyond the budget: what became of it has to be known', async () => {
    vi.advanceTimersByTime(10 * HOLD_MS);
    expect(ended).toEqual([]);
    await claimed(used);
    expect(reasons()).toEqual([undefined]);
  });

  it('is nobody’s when the service breaks', async () => {
    asked.claimed.reject(new Error('odd'));
    await turn();
    expect(reasons()).toEqual(['internal-error']);
  });
});

describe('a client that leaves', () => {
  it('before anybody is asked takes its call back', async () => {
    const call = held();
    reply.leave();
    expect(reasons()).toEqual(['approval-unavailable']);
    await answered('Approved');
    expect([asked.claims, call.course.approval]).toEqual([0, undefined]);
  });

  it('while a person thinks leaves the question to an identical call', async () => {
    held();
    await answered('Pending');
    reply.leave();
    expect(reasons()).toEqual(['approval-pending']);
    await settled('Approved');
    expect(asked.claims).toBe(0);
  });

  it('while its approval is used up is not served, and that goes on record once it is known', async () => {
    const call = held();
    await answered('Approved');
    reply.leave();
    expect(ended).toEqual([]);
    await claimed(used);
    expect([reasons(), call.course.approval?.state]).toEqual([['approval-used'], 'Consumed']);
  });

  it('behind the end changes nothing', async () => {
    held();
    await answered('Approved');
    await claimed(used);
    reply.leave();
    expect(reasons()).toEqual([undefined]);
  });
});

describe('a call that is taken back', () => {
  it('is found by its id, in its own conversation', async () => {
    const { conversation } = held();
    await answered('Pending');
    expect(parts.holds.cancel(conversation, 2)).toBe(false);
    expect(parts.holds.cancel(conversation, '1')).toBe(false);
    expect(parts.holds.cancel(parts.sessions.sessionless({ ...ada, name: 'mallory' }), 1)).toBe(false);
    expect(ended).toEqual([]);
    expect(parts.holds.cancel(conversation, 1)).toBe(true);
    expect(reasons()).toEqual(['approval-pending']);
  });

  it('while its approval is used up is told that it is: nothing is there to be collected', async () => {
    const { conversation } = held();
    await answered('Approved');
    parts.holds.cancel(conversation, 1);
    await claimed(used);
    expect(reasons()).toEqual(['approval-used']);
  });

  it('while its approval is used up, and cannot be, is told why', async () => {
    const { conversation } = held();
    await answered('Approved');
    parts.holds.cancel(conversation, 1);
    await claimed({ kind: 'not-claimed', approval: approval('Expired') });
    expect(reasons()).toEqual(['approval-expired']);
  });

  it('because the gate drains is told to come again', () => {
    held();
    gate.draining = true;
    parts.holds.cancelAll();
    expect(reasons()).toEqual(['draining']);
  });
});

it('the end of the process ends even what waits for its approval to be used up', async () => {
  held();
  await answered('Approved');
  const over = parts.holds.settled(1_000);
  parts.holds.cancelAll();
  await vi.advanceTimersByTimeAsync(1_000);
  await over;
  expect(reasons()).toEqual(['approval-unavailable']);
  await claimed(used);
  expect(ended).toHaveLength(1);
});
