import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { KEEP_ALIVE, messageEvent } from '../../core/mcp/sse.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { type CallSketch, answerTo, endpointSession, TestReply } from '../testing/answering.ts';
import { answering } from '../testing/answer-door.ts';
import { UpstreamError } from '../upstream/upstream.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };
const BROKEN = new UpstreamError('upstream-broken', 'it broke off');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the head of an answer', () => {
  it('that cannot be read ends the call with a refusal', () => {
    const { door, reply, outcomes, aborted } = answering();
    door.onHead(302, { location: '/elsewhere' });
    door.onData(Buffer.from('ignored'));
    door.onEnd();
    expect(reply).toMatchObject({ status: 502, open: false });
    expect(reply.messages).toMatchObject([{ id: 1, error: {} }]);
    expect([outcomes(), aborted()]).toEqual([['upstream-error upstream-invalid'], 1]);
  });

  it('that names a new session opens it before the client reads of it', () => {
    const { door, parts } = answering({ method: 'initialize' });
    door.onHead(200, { ...JSON_TYPE, 'mcp-session-id': 's' });
    expect(parts.sessions.find('s', ada)).toBeDefined();
  });

  it('that does not know the session ends it, and its client reads so', () => {
    const { door, reply, parts } = answering((all) => ({ session: all.sessions.open('s', ada, NEWEST_LEGACY) }));
    door.onHead(404, { 'content-type': 'text/plain' });
    door.onData(Buffer.from('No session'));
    door.onEnd();
    expect([reply.status, parts.sessions.find('s', ada)]).toEqual([404, undefined]);
  });

  it('tells how long the server took', () => {
    const { door, call, parts } = answering();
    parts.clock.advance(25);
    door.onHead(200, JSON_TYPE);
    expect(call.course.upstreamMs).toBe(25);
  });
});

describe('a server that breaks off', () => {
  it.each<[name: string, sketch: CallSketch, before: (door: ReturnType<typeof answering>) => void, said: object]>([
    ['before it has answered', {}, () => {}, { status: 502, open: false }],
    ['in the middle of a message', {}, ({ door }) => door.onHead(200, JSON_TYPE), { status: 502, open: false }],
  ])('%s is said to', (_name, sketch, before, said) => {
    const all = answering(sketch);
    before(all);
    all.door.onError(BROKEN);
    expect(all.reply).toMatchObject(said);
    expect(all.outcomes()).toEqual(['upstream-error upstream-broken']);
  });

  it('in a pod that is on its way out has no sessions any more, of which its clients hear as anywhere', () => {
    const unreachable = new UpstreamError('upstream-unreachable', 'nothing listens there');
    const of = (isLeaving: boolean, hasSession: boolean): number => {
      const { door, reply } = answering((all) => {
        Object.assign(all, { leaving: isLeaving });
        return hasSession ? { session: all.sessions.open('s', ada, NEWEST_LEGACY) } : {};
      });
      door.onError(unreachable);
      return reply.status;
    };
    expect([of(true, true), of(false, true), of(true, false)]).toEqual([404, 502, 502]);
  });

  it('in the middle of its events is told in one', () => {
    const { door, reply, outcomes } = answering();
    door.onHead(200, EVENTS);
    door.onError(BROKEN);
    expect([reply.status, reply.open, reply.messages]).toMatchObject([200, false, [{ id: 1, error: {} }]]);
    expect(outcomes()).toEqual(['upstream-error upstream-broken']);
  });

  it('behind its answer has said all that is waited for', () => {
    const { door, reply, outcomes } = answering();
    door.onHead(200, EVENTS);
    door.onData(messageEvent(answerTo(1, {})));
    door.onError(BROKEN);
    expect([reply.messages.length, outcomes()]).toEqual([1, ['answered forwarded']]);
  });

  it('in events that can be resumed says nothing that would end them', () => {
    const { door, reply, outcomes } = answering();
    door.onHead(200, EVENTS);
    door.onData(Buffer.from('id: e1\n\n'));
    door.onError(BROKEN);
    expect([reply.text, reply.open, outcomes()]).toEqual(['id: e1\n\n', false, ['upstream-error upstream-broken']]);
  });
});

describe('a client that leaves', () => {
  it('cancels its call in the modern era', () => {
    const { reply, outcomes, aborted } = answering({ version: '2026-07-28' });
    reply.leave();
    expect([outcomes(), aborted()]).toEqual([['client-gone forwarded'], 1]);
  });

  it('may come back for the answer before that era: the server goes on, to the end', () => {
    const { door, reply, outcomes, aborted } = answering();
    reply.leave();
    expect([outcomes(), aborted()]).toEqual([[], 0]);
    door.onHead(200, JSON_TYPE);
    door.onData(Buffer.from(answerTo(1, {})));
    door.onEnd();
    expect([outcomes(), aborted()]).toEqual([['client-gone forwarded'], 0]);
  });

  it('keeps the server going for five minutes and no longer', () => {
    const { reply, outcomes, aborted } = answering();
    reply.leave();
    vi.advanceTimersByTime(5 * 60_000);
    expect([outcomes(), aborted()]).toEqual([['client-gone forwarded'], 1]);
  });

  it('of a stream that it can resume is not read for: two readers of one stream are a conflict to servers', () => {
    const { door, reply, aborted } = answering();
    door.onHead(200, EVENTS);
    door.onData(Buffer.from('id: e1\n\n'));
    reply.leave();
    expect(aborted()).toBe(1);
  });
});

describe('the end of the process', () => {
  const why = refuse('draining', 'call again in a moment');

  it('is told to every call that the server has, in the place of its answer', () => {
    const { reply, outcomes, parts } = answering();
    parts.inFlight.interruptAll(why);
    expect([reply.status, outcomes(), parts.inFlight.size]).toEqual([503, ['interrupted draining'], 0]);
  });

  it('says nothing behind an answer', () => {
    const { door, reply, outcomes, parts } = answering();
    door.onHead(200, EVENTS);
    door.onData(messageEvent(answerTo(1, {})));
    parts.inFlight.interruptAll(why);
    expect([reply.messages.length, reply.open, outcomes()]).toEqual([1, false, ['answered forwarded']]);
  });

  it('ends what can be resumed without a word', () => {
    const { door, reply, outcomes, parts } = answering();
    door.onHead(200, EVENTS);
    door.onData(Buffer.from('id: e1\n\n'));
    parts.inFlight.interruptAll(why);
    expect([reply.text, outcomes()]).toEqual(['id: e1\n\n', ['interrupted draining']]);
  });
});

describe('a stream that stays open', () => {
  it('is no call that the end of the process waits for, and ends when the gate ends streams', () => {
    const { door, reply, parts, outcomes } = answering({ httpMethod: 'GET' });
    expect([parts.inFlight.size, parts.streams.size]).toEqual([0, 1]);
    door.onHead(200, EVENTS);
    expect(outcomes()).toEqual(['streaming forwarded']);
    parts.streams.endAll(refuse('draining'));
    expect([reply.open, reply.text, parts.streams.size]).toEqual([false, '', 0]);
  });

  it('that the server has not begun is answered with the reason', () => {
    const { reply, parts, outcomes } = answering({ httpMethod: 'GET' });
    parts.streams.endAll(refuse('draining', 'open it again'));
    expect([reply.status, outcomes()]).toEqual([503, ['refused draining']]);
  });

  it('of a silent server has its head and a comment after a while, before its client gives up', () => {
    const { reply, parts } = answering({ httpMethod: 'GET', headers: { accept: 'text/event-stream' } });
    const wait = (ms: number): void => {
      parts.clock.advance(ms);
      vi.advanceTimersByTime(ms);
    };
    wait(14_999);
    expect(reply.started).toBe(false);
    wait(1);
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([
      200,
      'text/event-stream',
      KEEP_ALIVE.toString(),
    ]);
  });

  it('whose server refuses it behind such an early head ends, and takes nobody’s session with it', () => {
    const { door, reply, parts, outcomes } = answering((all) => ({
      httpMethod: 'GET',
      session: all.sessions.open('s', ada, NEWEST_LEGACY),
    }));
    parts.clock.advance(15_000);
    vi.advanceTimersByTime(15_000);
    door.onHead(405, {});
    door.onEnd();
    expect([reply.open, reply.messages, outcomes()]).toEqual([false, [], ['accepted forwarded']]);
    expect(parts.sessions.find('s', ada)).toBeDefined();
  });
});

describe('a POST of HTTP+SSE', () => {
  const posted = () => answering((parts) => ({ session: endpointSession(parts, new TestReply()) }));

  it('is taken, whatever its body says, and its answer is still to come', () => {
    const { door, reply, call, outcomes } = posted();
    door.onHead(200, JSON_TYPE);
    door.onData(Buffer.from('anything'));
    door.onEnd();
    expect([reply.status, reply.text, outcomes()]).toEqual([202, '', ['accepted forwarded']]);
    expect(call.asked?.isOpen).toBe(true);
  });

  it('that fails when its answer has come on the stream has no second one', () => {
    const { door, reply, call, outcomes } = posted();
    call.asked?.answer();
    door.onError(BROKEN);
    expect([reply.text, reply.open, outcomes()]).toEqual(['', false, ['answered forwarded']]);
  });

  it('that the server does not take in half an hour is given up', () => {
    const { reply, outcomes } = posted();
    vi.advanceTimersByTime(30 * 60_000);
    expect(reply.messages).toMatchObject([{ id: 1, error: {} }]);
    expect(outcomes()).toEqual(['upstream-error upstream-broken']);
  });
});

it('what throws passes nothing of the answer, and ends the call', () => {
  const { door, reply, parts, outcomes } = answering({ method: 'tools/list' });
  parts.policy.current = () => expect.fail('no policy');
  door.onHead(200, JSON_TYPE);
  door.onData(Buffer.from(answerTo(1, { tools: [{ name: 'drop' }] })));
  door.onEnd();
  expect(reply.status).toBe(502);
  expect(reply.text).not.toContain('drop');
  expect(outcomes()).toEqual(['upstream-error upstream-invalid']);
});
