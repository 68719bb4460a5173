import { describe, expect, it } from 'vitest';
import { NEWEST_LEGACY } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { type CallSketch, TestReply, answerParts, callOf, endpointSession } from '../testing/answering.ts';
import { closeSessionIfOver, isOnEndpoint, openNegotiatedSession } from './sessions.ts';
import { expectAnswer } from './terms-of.ts';

describe('the head of an answer to initialize', () => {
  it('opens the session that it names, for whoever asked, with what it said that it can be asked', () => {
    const parts = answerParts();
    const call = callOf(parts, { method: 'initialize', params: { capabilities: { sampling: {} } } });
    expectAnswer(call);
    openNegotiatedSession(call, parts, { 'mcp-session-id': 's' });
    expect(parts.sessions.find('s', ada)).toBe(call.session);
    expect(call.session?.conversation).toBe(call.conversation);
    expect(call.conversation?.declares).toEqual(new Set(['sampling']));
  });

  it.each<[name: string, sketch: CallSketch, headers: Record<string, string>]>([
    ['of another call', { method: 'tools/call' }, { 'mcp-session-id': 's' }],
    ['that has no id', { method: 'initialize', id: null }, { 'mcp-session-id': 's' }],
    ['that names none', { method: 'initialize' }, {}],
    ['for nobody known', { method: 'initialize', principal: undefined }, { 'mcp-session-id': 's' }],
  ])('opens none: %s', (_name, sketch, headers) => {
    const parts = answerParts();
    const call = callOf(parts, sketch);
    openNegotiatedSession(call, parts, headers);
    expect([call.session, parts.sessions.find('s', ada)]).toEqual([undefined, undefined]);
  });
});

describe('a session', () => {
  it.each([
    ['is over when the server does not know it', 'POST', 404, true],
    ['is over when its client has ended it', 'DELETE', 200, true],
    ['is not over when the server does not let it be ended', 'DELETE', 405, false],
    ['is not over for any other error', 'POST', 400, false],
    ['is not over for a server that has no route for GET', 'GET', 404, false],
    ['is not over with an answer', 'POST', 200, false],
  ] as const)('%s: %s %i', (_name, httpMethod, status, isOver) => {
    const parts = answerParts();
    const session = parts.sessions.open('s', ada, NEWEST_LEGACY);
    let ended = false;
    session.atEnd.add(() => (ended = true));
    closeSessionIfOver(callOf(parts, { httpMethod, session }), parts, status);
    expect([ended, parts.sessions.find('s', ada) === undefined]).toEqual([isOver, isOver]);
  });

  it('that the call does not have stays as it is', () => {
    const parts = answerParts();
    parts.sessions.open('s', ada, NEWEST_LEGACY);
    closeSessionIfOver(callOf(parts, { headers: { 'mcp-session-id': 's' } }), parts, 404);
    expect(parts.sessions.find('s', ada)).toBeDefined();
  });
});

it('posted to the address of an HTTP+SSE session is what is posted in one, and not its stream', () => {
  const parts = answerParts();
  const session = endpointSession(parts, new TestReply());
  const streamable = parts.sessions.open('s', ada, NEWEST_LEGACY);
  expect(
    [
      callOf(parts, { session }),
      callOf(parts, { session, httpMethod: 'GET' }),
      callOf(parts, { session: streamable }),
      callOf(parts),
    ].map(isOnEndpoint),
  ).toEqual([true, false, false, false]);
});
