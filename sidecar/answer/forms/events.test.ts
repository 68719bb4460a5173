import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEEP_ALIVE, messageEvent } from '../../../core/mcp/sse.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { answerTo } from '../../testing/answering.ts';
import { answering } from '../../testing/answer-door.ts';

const EVENTS = { 'content-type': 'text/event-stream', 'x-of-server': '1', 'content-length': '9' };
const NOTE = messageEvent('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}');
const ANSWER = messageEvent(answerTo(1, { content: [] }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const streaming = (...given: Parameters<typeof answering>) => {
  const all = answering(...given);
  all.door.onHead(200, EVENTS);
  return all;
};

describe('a stream of events', () => {
  it('begins with the server’s head, without what no longer holds', () => {
    const { reply } = streaming();
    expect(reply.headers).toMatchObject({ 'content-type': 'text/event-stream', 'x-of-server': '1' });
    expect(reply.headers).not.toHaveProperty('content-length');
  });

  it('goes on as it comes, and ends with the server', () => {
    const { door, reply, outcomes } = streaming();
    expect([door.onData(NOTE), door.onData(ANSWER), reply.open]).toEqual([true, true, true]);
    door.onEnd();
    expect(reply.text).toBe(`${NOTE.toString()}${ANSWER.toString()}`);
    expect([reply.open, outcomes()]).toEqual([false, ['answered forwarded']]);
  });

  it('that ends without an answer is told so, unless its client can come back for it', () => {
    const { door, reply, outcomes } = streaming();
    door.onData(NOTE);
    door.onEnd();
    expect(reply.messages.at(-1)).toMatchObject({ id: 1, error: {} });
    expect(outcomes()).toEqual(['upstream-error upstream-broken']);

    const resumable = streaming();
    resumable.door.onData(Buffer.from('id: e1\n\n'));
    resumable.door.onEnd();
    expect([resumable.reply.text, resumable.outcomes()]).toEqual(['id: e1\n\n', ['answered forwarded']]);
  });

  it('with an event that is larger than a message may be ends', () => {
    const { door, reply, outcomes, aborted } = streaming();
    door.onData(Buffer.alloc(16 * 1024 * 1024 + 1, 'x'));
    expect([reply.open, aborted(), outcomes()]).toEqual([false, 1, ['upstream-error upstream-invalid']]);
  });

  it('waits for a client that reads slowly, and goes on when it has taken all', () => {
    const { door, reply, resumed } = streaming();
    reply.reads = false;
    expect([door.onData(NOTE), resumed()]).toEqual([false, 0]);
    reply.drain();
    expect(resumed()).toBe(1);
  });

  it('that stays open behind an answer which its client has taken whole ends a second later', () => {
    const { door, reply, outcomes, aborted } = streaming();
    door.onData(ANSWER);
    // As a client does that takes JSON alone.
    reply.end();
    door.onData(KEEP_ALIVE);
    vi.advanceTimersByTime(999);
    expect([outcomes(), aborted()]).toEqual([[], 0]);
    vi.advanceTimersByTime(1);
    expect([outcomes(), aborted()]).toEqual([['answered forwarded'], 1]);
  });

  it('of HTTP+SSE takes its session with it', () => {
    const { door, call, parts } = streaming({ httpMethod: 'GET' });
    door.onData(Buffer.from('event: endpoint\ndata: /message\n\n'));
    const id = call.session?.id ?? expect.fail('a session was opened');
    expect(parts.sessions.find(id, ada)).toBe(call.session);
    door.onEnd();
    expect(parts.sessions.find(id, ada)).toBeUndefined();
  });
});
