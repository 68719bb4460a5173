import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decide } from '../../../core/policy/decide.ts';
import { ada, tool } from '../../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import type { JudgedCall } from '../../call/call.ts';
import { TestReply, answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { intend } from './intend.ts';

const REQUIRED = policyOf({ ...ALLOW_ALL, audit: { level: 'Required' } });
const HELD = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: {} }] });
let parts: ReturnType<typeof answerParts>;
let durable: (error?: Error) => void;
let ended: (string | undefined)[];
beforeEach(() => {
  vi.useFakeTimers();
  parts = answerParts();
  ended = [];
  Object.assign(parts.audit, {
    intend: (_: unknown, then: typeof durable) => {
      durable = then;
      return 9;
    },
  });
});
afterEach(() => vi.useRealTimers());

function asked(policy: typeof REQUIRED, targets = [tool('get_a')]): JudgedCall {
  const verdict = decide(policy, { principal: ada, targets, inspection: undefined });
  return judgedCall({ message: requestOf('tools/call'), reading: { policy }, judgement: { verdict, targets } });
}

function waiting(reply = new TestReply(), call = asked(REQUIRED)) {
  const wait = intend(call, parts, reply) ?? expect.fail('it does not wait');
  wait.begin((refusal) => ended.push(refusal?.reason));
  return { call, reply };
}

describe('the intent to send a call', () => {
  it.each([
    ['a pack asks for it', REQUIRED],
    ['a person approved it', HELD],
  ])('is on the disk first where %s', (_why, policy) => {
    const { call } = waiting(new TestReply(), asked(policy));
    expect([ended, call.course.intent, parts.holds.size]).toEqual([[], 9, 1]);
    durable();
    expect([ended, parts.holds.size]).toEqual([[undefined], 0]);
  });

  it('is put there once', () => {
    const { call } = waiting();
    durable();
    expect(intend(call, parts, new TestReply())).toBeUndefined();
  });

  it('is not where nobody asks for it, or nothing is named', () => {
    expect(intend(asked(policyOf(ALLOW_ALL)), parts, new TestReply())).toBeUndefined();
    expect(intend(asked(REQUIRED, []), parts, new TestReply())).toBeUndefined();
  });
});

describe('the call is not sent', () => {
  it('where the disk fails', () => {
    waiting();
    durable(new Error('ENOSPC'));
    expect(ended).toEqual(['audit-unavailable']);
  });

  it('where the disk takes too long, whatever it says then', () => {
    waiting();
    vi.advanceTimersByTime(5_000);
    durable();
    expect(ended).toEqual(['audit-unavailable']);
  });

  it('when its client has left', () => {
    const { reply } = waiting();
    reply.open = false;
    durable();
    expect(ended).toEqual(['draining']);
  });

  it('when it is taken back', () => {
    waiting();
    parts.holds.cancelAll();
    durable();
    expect(ended).toEqual(['draining']);
  });
});
