import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Asked } from '../memory/asked.ts';
import type { Session } from '../memory/sessions.ts';
import { type CallSketch, TestReply, answerParts, callOf, endpointSession } from '../testing/answering.ts';
import { ENDPOINT_SESSION, awaitsAnswers, openEndpoint, tellOpenCalls } from './endpoint-session.ts';

let parts: ReturnType<typeof answerParts>;
let stream: TestReply;
beforeEach(() => {
  parts = answerParts();
  stream = new TestReply();
});

const opening = (sketch: CallSketch = {}) =>
  callOf(parts, { httpMethod: 'GET', version: '2024-11-05', id: null, ...sketch });

describe('a stream that begins with an address', () => {
  it('begins a session, and its client is told an address of the gate’s', () => {
    const call = opening();
    const address = openEndpoint(call, stream, parts, '/messages?key=secret') ?? expect.fail();
    const { searchParams, pathname } = new URL(address, 'http://gate');
    expect([pathname, [...searchParams.keys()]]).toEqual(['/mcp', [ENDPOINT_SESSION]]);
    const session = parts.sessions.find(searchParams.get(ENDPOINT_SESSION) ?? '', ada) ?? expect.fail();
    expect(session.transport).toEqual({ endpoint: '/messages?key=secret', stream, ownUnread: 0 });
    expect([call.session, call.revision?.version]).toEqual([session, '2024-11-05']);
  });

  it('is bound to who opened it, under an id that nobody guesses', () => {
    const ids = [1, 2].map(() => openEndpoint(opening(), stream, parts, '/messages')?.split('=')[1] ?? expect.fail());
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(id).toMatch(/^[-0-9a-f]{36}$/);
      expect(parts.sessions.find(id, { ...ada, name: 'mallory' })).toBeUndefined();
    }
  });

  it('keeps its session in use as long as it is there', () => {
    const call = opening();
    openEndpoint(call, stream, parts, '/messages');
    expect(call.session?.inUse).toBe(1);
  });

  it('begins no second session, however often the server announces one', () => {
    const call = opening();
    openEndpoint(call, stream, parts, '/messages');
    const { session } = call;
    expect(openEndpoint(call, stream, parts, '/other')).toBeUndefined();
    expect([call.session, session?.transport?.endpoint, session?.inUse]).toEqual([session, '/messages', 1]);
  });

  it.each<[string, CallSketch]>([
    ['in the answer to a message', { httpMethod: 'POST' }],
    ['where nobody knows who opened it', { principal: undefined }],
  ])('begins none %s', (_where, sketch) => {
    const call = opening(sketch);
    expect(openEndpoint(call, stream, parts, '/messages')).toBeUndefined();
    expect(call.session).toBeUndefined();
  });

  it('begins none in a session that is there already', () => {
    const session = endpointSession(parts, stream);
    expect(openEndpoint(opening({ session }), new TestReply(), parts, '/messages')).toBeUndefined();
    expect(session.transport?.stream).toBe(stream);
  });

  it('begins none at an address that is not the server’s, and tells who runs the gate', () => {
    const warned: unknown[] = [];
    const log = { ...parts.log, warn: (what: unknown) => warned.push(what) } as unknown as typeof parts.log;
    const call = opening();
    expect(openEndpoint(call, stream, { ...parts, log }, `https://evil.example/${'x'.repeat(500)}`)).toBeUndefined();
    expect(call.session).toBeUndefined();
    expect(JSON.stringify(warned).length).toBeLessThan(300);
  });
});

describe('the end of such a stream', () => {
  const WHY = refuse('upstream-broken', 'it broke off');
  let session: Session;
  const open = (...ids: (number | string)[]): Asked[] => ids.map((id) => session.conversation.asked.claim(id));
  beforeEach(() => {
    session = endpointSession(parts, stream);
  });

  it('is told to each call that is open, under its id, and to no other', () => {
    const [, answered] = open(1, 2, '2');
    answered?.answer();
    tellOpenCalls(opening({ session }), stream, WHY);
    expect(stream.messages).toEqual(
      [1, '2'].map((id) => ({ jsonrpc: '2.0', id, error: { code: WHY.code, message: WHY.message } })),
    );
    expect(awaitsAnswers(session)).toBe(false);
  });

  it('is told once', () => {
    open(1);
    for (let i = 0; i < 2; i++) tellOpenCalls(opening({ session }), stream, WHY);
    expect(stream.messages).toHaveLength(1);
  });

  it('is not told by another stream, whose end is nobody else’s', () => {
    open(1);
    const other = new TestReply();
    tellOpenCalls(opening({ session }), other, WHY);
    expect([stream.text, other.text, awaitsAnswers(session)]).toEqual(['', '', true]);
  });

  it('of a session of Streamable HTTP tells nothing: each call has a stream of its own', () => {
    session = parts.sessions.open('s', ada, session.revision);
    open(1);
    tellOpenCalls(opening({ session }), stream, WHY);
    expect([stream.text, awaitsAnswers(session), awaitsAnswers(undefined)]).toEqual(['', false, false]);
  });
});
