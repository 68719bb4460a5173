import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Call } from '../call/call.ts';
import { type CallSketch, answerParts, callOf } from '../testing/answering.ts';
import { pair } from './pairing.ts';
import { expectAnswer } from './terms-of.ts';

/** A call that the server has, unless it waits still. */
function dispatched(parts: ReturnType<typeof answerParts>, sketch: CallSketch = {}): Call {
  const call = callOf(parts, sketch);
  expectAnswer(call);
  return call;
}
const sessionIn = (parts: ReturnType<typeof answerParts>) => parts.sessions.open('s', ada, NEWEST_LEGACY);

describe('on the stream of a call', () => {
  it.each<[name: string, id: number, answered: number | string | undefined, isAlone: boolean, kind: string]>([
    ['its id is its own', 7, 7, false, 'own'],
    ['its id in another spelling is, too', 7, '7', false, 'own'],
    ['no id is its own where it is all that is said', 7, undefined, true, 'own'],
    ['no id beside other messages is nobody’s', 7, undefined, false, 'nobody'],
    ['another id is nobody’s', 7, 8, false, 'nobody'],
  ])('%s', (_name, id, answered, isAlone, kind) => {
    expect(pair(dispatched(answerParts(), { id }), answered, isAlone, false).kind).toBe(kind);
  });

  it('a second answer is none', () => {
    expect(pair(dispatched(answerParts()), 1, false, true).kind).toBe('second');
  });

  it('the other spelling is another call’s that the client has asked under just that id', () => {
    const parts = answerParts();
    const session = sessionIn(parts);
    const call = dispatched(parts, { session, id: 7 });
    const other = dispatched(parts, { session, id: '7' });
    expect(pair(call, '7', false, false)).toEqual({ kind: 'other', asked: other.asked });
  });

  it('the answer to a call that was taken back is nobody’s once its id means another one', () => {
    const parts = answerParts();
    const session = sessionIn(parts);
    const call = dispatched(parts, { session });
    session.conversation.asked.takeBack(1);
    expect(pair(call, 1, false, false).kind).toBe('own');
    callOf(parts, { session });
    expect(pair(call, 1, false, false).kind).toBe('nobody');
  });
});

describe('on another stream of the same two sides', () => {
  it('an answer belongs to the call that awaits it, and to none that waits for its approval', () => {
    const parts = answerParts();
    const session = sessionIn(parts);
    const stream = callOf(parts, { session, httpMethod: 'GET' });
    const call = callOf(parts, { session });
    expect(pair(stream, 1, false, false).kind).toBe('nobody');
    expectAnswer(call);
    expect(pair(stream, 1, false, false)).toEqual({ kind: 'other', asked: call.asked });
  });

  it('what is answered is answered once more only on a stream that is resumed', () => {
    const parts = answerParts();
    const session = sessionIn(parts);
    const call = dispatched(parts, { session });
    call.asked?.answer();
    const opened = callOf(parts, { session, httpMethod: 'GET' });
    const resumed = callOf(parts, { session, httpMethod: 'GET', headers: { 'last-event-id': 'e1' } });
    expect(pair(opened, 1, false, false).kind).toBe('nobody');
    expect(pair(resumed, 1, false, false)).toEqual({ kind: 'other', asked: call.asked });
  });

  it('nothing of the modern era comes', () => {
    const parts = answerParts();
    dispatched(parts, { id: 1 });
    const modern = dispatched(parts, { version: '2026-07-28', id: 2 });
    expect(pair(modern, 1, false, false).kind).toBe('nobody');
  });
});
