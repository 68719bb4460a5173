import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { LocalProof } from '../../identity/proof.ts';
import { SessionTable } from '../../memory/sessions.ts';
import { TestReply } from '../../testing/answering.ts';
import { HTTP, readingCall } from '../../testing/calls.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { bindSession } from './bind-session.ts';

const agreed = findRevision('2025-06-18') ?? expect.fail();
const modern = findRevision('2026-07-28');
const assumed = findRevision('2025-03-26');
let sessions: SessionTable;
beforeEach(() => {
  sessions = new SessionTable(new FakeClock());
  sessionsOver = false;
  sessions.open('s', ada, agreed);
  const stream = new TestReply();
  sessions.open('e', ada, agreed, { endpoint: '/post', stream, ownUnread: 0 });
});

let sessionsOver: boolean;
function bound(
  method: string,
  options: Parameters<typeof readingCall>[1] = {},
  revision = assumed,
  kind: 'request' | 'notification' | 'response' | 'batch' = 'request',
) {
  const call = readingCall({}, { proof: new LocalProof(ada), ...options });
  if (kind === 'batch') call.reading.batch = [];
  else if (kind === 'request') call.reading.head = { kind, id: 1, method };
  else if (kind === 'response') call.reading.head = { kind, id: 1 };
  else call.reading.head = { kind, method };
  call.reading.revision = revision;
  return { refusal: bindSession(call, { sessions, sessionsOver })?.reason, ...call.reading };
}

describe('a session that is named', () => {
  it('is its caller’s own, and says what is spoken in it', () => {
    const { session, conversation, revision } = bound('ping', { sessionId: 's' });
    expect([session?.id, revision]).toEqual(['s', agreed]);
    expect(conversation).toBe(session?.conversation);
  });

  it('does not take back what the header of a message says', () => {
    const mcpHeaders = { ...HTTP, protocolVersion: '2025-03-26' };
    expect(bound('ping', { sessionId: 's', mcpHeaders }).revision).toBe(assumed);
  });

  it.each([
    ['that is not there', { sessionId: 'x' }],
    ['of another caller', { sessionId: 's', proof: new LocalProof({ kind: 'token', name: 'eve', groups: [] }) }],
    ['of HTTP+SSE, in a header', { sessionId: 'e' }],
    ['in the address, of Streamable HTTP', { sessionId: 's', isPostedToEndpoint: true }],
  ])('is none: %s', (_what, options) => {
    expect(bound('ping', options).refusal).toBe('session-not-found');
  });

  it('means nothing in the modern era, nor to a handshake', () => {
    expect(bound('ping', { sessionId: 'x' }, modern)).toMatchObject({ refusal: undefined, conversation: undefined });
    expect(bound('initialize', { sessionId: 'x' })).toMatchObject({ refusal: undefined, sessionId: undefined });
  });
});

describe('a session of a pod that is about to end', () => {
  beforeEach(() => {
    sessionsOver = true;
  });

  it('takes no request any more, nor a list of them', () => {
    expect(bound('ping', { sessionId: 's' }).refusal).toBe('session-not-found');
    expect(bound('ping', { sessionId: 's' }, assumed, 'batch').refusal).toBe('session-not-found');
  });

  it('takes what answers the server, and the end of it', () => {
    for (const kind of ['notification', 'response'] as const) {
      expect(bound('notifications/cancelled', { sessionId: 's' }, assumed, kind).refusal).toBeUndefined();
    }
  });

  it('goes on where it is its stream, and nothing changes for those who begin one or have none', () => {
    expect(bound('ping', { sessionId: 'e', isPostedToEndpoint: true }).refusal).toBeUndefined();
    expect(bound('initialize', { sessionId: 's' }).refusal).toBeUndefined();
    expect(bound('ping', { sessionId: 's' }, modern).refusal).toBeUndefined();
  });
});

describe('without a session', () => {
  it('all that one principal says is one conversation', () => {
    expect(bound('ping').conversation).toBe(sessions.sessionless(ada));
  });

  it('a pipe speaks what was agreed on in its handshake', () => {
    sessions.sessionless(ada).agreed = agreed;
    expect(bound('ping', { mcpHeaders: undefined }).revision).toBe(agreed);
    expect(bound('ping').revision).toBe(assumed);
    expect(bound('ping', { mcpHeaders: undefined }, modern).conversation).toBe(sessions.sessionless(ada));
  });
});
