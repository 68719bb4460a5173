import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import { ByteBudget } from '../memory/byte-budget.ts';
import { OpenCalls } from '../memory/open-calls.ts';
import { Room } from '../memory/room.ts';
import { TestReply, answerParts, answerTo, callOf } from '../testing/answering.ts';
import { Delivery } from './delivery.ts';

const NO = refuse('upstream-invalid', 'it is odd');
const NOTE = messageEvent('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function delivery(reply = new TestReply()) {
  const parts = answerParts();
  const bytes = new ByteBudget(64 * 1024 * 1024).lease('ada');
  const call = callOf(parts, { room: new Room(new OpenCalls(), bytes, false) });
  const one = new Delivery(call, reply, parts, undefined);
  let over = 0;
  one.onOver = () => over++;
  const ends = (): string[] => parts.lines.map(({ outcome, decision }) => `${outcome} ${decision.reason}`);
  return { one, parts, call, reply, bytes, ends, over: () => over };
}

describe('an answer comes to one end', () => {
  it('whatever comes after it', () => {
    const { one, reply, ends, over } = delivery();
    one.giveUp(NO);
    one.giveUp(refuse('upstream-broken'));
    one.interrupt(refuse('draining'));
    one.leave();
    expect([reply.messages.length, ends(), over()]).toEqual([1, ['upstream-error upstream-invalid'], 1]);
  });

  it('and is told to whoever runs the gate where the server is at fault, once', () => {
    const { one, parts } = delivery();
    one.giveUp(NO);
    expect(parts.said).toEqual([expect.stringContaining('it is odd')]);
  });

  it('as that of a client that left, where it had left before', () => {
    const { one, ends } = delivery();
    one.leaving.begin();
    one.finish('answered', 'forwarded');
    expect(ends()).toEqual(['client-gone forwarded']);
  });

  it('and its id is free for another call', () => {
    const { one, call } = delivery();
    one.giveUp(NO);
    expect([call.asked?.answered, call.asked?.isOpen]).toEqual([true, false]);
  });
});

describe('a deadline', () => {
  it('comes once: the first counts', () => {
    const { one } = delivery();
    const passed: string[] = [];
    one.within(100, () => passed.push('first'));
    one.within(10, () => passed.push('second'));
    vi.advanceTimersByTime(1_000);
    expect(passed).toEqual(['first']);
  });

  it('is none for what is over', () => {
    const { one } = delivery();
    one.within(100, () => expect.fail('too late'));
    one.leave();
    vi.advanceTimersByTime(1_000);
  });

  it('that throws ends the call, and nothing else', () => {
    const { one, ends } = delivery();
    one.within(100, () => {
      throw new Error('odd');
    });
    vi.advanceTimersByTime(100);
    expect(ends()).toEqual(['upstream-error upstream-invalid']);
  });
});

describe('a client that does not read', () => {
  it('is cut off when there is no room for what it has not taken: words would wait behind it', () => {
    const { one, reply, bytes, ends } = delivery();
    reply.start(200, {});
    reply.reads = false;
    one.write(NOTE);
    bytes.onCut();
    expect([reply.torn, ends()]).toEqual([true, ['upstream-error no-room-for-answer']]);
  });

  it('is cut off also where its answer is over, and only it holds the room', () => {
    const { one, reply, bytes } = delivery();
    one.finish('answered', 'forwarded');
    bytes.onCut();
    expect(reply.torn).toBe(true);
  });

  it('that has taken all is told why', () => {
    const { reply, bytes } = delivery();
    bytes.onCut();
    expect([reply.torn, reply.messages]).toMatchObject([false, [{ id: 1 }]]);
  });
});

describe('what throws', () => {
  it('passes on what it was meant to return where it does not', () => {
    expect(delivery().one.fenced(() => 7)).toBe(7);
  });

  it('where not even a refusal can be said cuts the client off', () => {
    const reply = new TestReply();
    reply.send = () => expect.fail('the socket is odd');
    const { one } = delivery(reply);
    one.fenced(() => expect.fail('odd'));
    expect(reply.torn).toBe(true);
  });
});

it('a second answer is never said: behind the first one a problem is nothing to its client', () => {
  const { one, reply, ends } = delivery();
  one.form = { rest: 'answered', isResumable: false, take: () => true, end() {}, hasRoom: () => true, close() {} };
  reply.start(200, {});
  reply.write(messageEvent(answerTo(1, {})));
  one.giveUp(NO);
  expect([reply.messages.length, reply.open, ends()]).toEqual([1, false, ['answered forwarded']]);
});
