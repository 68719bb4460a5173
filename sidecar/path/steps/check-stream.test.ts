import { describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { Conversation } from '../../memory/conversation.ts';
import { Streams } from '../../memory/streams.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { checkStream } from './check-stream.ts';

const full = Object.assign(new Streams(), { hasRoomFor: () => false });

function checked(
  from: string | undefined,
  conversation = new Conversation(),
  streams = new Streams(),
  session?: object,
) {
  const headers = from === undefined ? {} : { 'last-event-id': from };
  const call = judgingMessage({ reading: { conversation, session: session as never } }, { httpMethod: 'GET', headers });
  return { reason: checkStream(call, { streams })?.reason, resumes: call.judgement.resumes };
}

describe('a stream', () => {
  it('begins anew where no event is named', () => {
    expect(checked(undefined)).toEqual({ reason: undefined, resumes: false });
  });

  it('goes on behind an event that its client was given, and behind no other', () => {
    const conversation = new Conversation();
    conversation.events.add('e1');
    expect(checked('e1', conversation)).toEqual({ reason: undefined, resumes: true });
    expect(checked('e2', conversation).reason).toBe('event-not-found');
  });

  it('begins anew in a session of before, of whose events nobody knows', () => {
    const conversation = new Conversation();
    conversation.wasRestored = true;
    expect(checked('e1', conversation, new Streams(), { conversation })).toEqual({
      reason: undefined,
      resumes: false,
    });
  });

  it('is one of so many, also where it is a request of the modern era', () => {
    expect(checked(undefined, new Conversation(), full).reason).toBe('too-many-streams');
    const revision = findRevision('2026-07-28');
    const rule = revision?.requests.get('subscriptions/listen');
    const call = judgingMessage({
      ...{ message: requestOf('subscriptions/listen'), reading: { revision }, judgement: { rule } },
    });
    expect(checkStream(call, { streams: full })?.reason).toBe('too-many-streams');
  });
});

it('a call is no stream', () => {
  expect(checkStream(judgingMessage({ message: requestOf('ping') }), { streams: full })).toBeUndefined();
});
