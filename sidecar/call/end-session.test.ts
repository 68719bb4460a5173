import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Session } from '../memory/sessions.ts';
import { TestReply, answerParts, endpointSession } from '../testing/answering.ts';
import { judgedCall, requestOf } from '../testing/calls.ts';
import { endForgotten, endIdleSessions, endSession } from './end-session.ts';

let parts: ReturnType<typeof answerParts>;
let session: Session;
beforeEach(() => {
  parts = answerParts();
  session = parts.sessions.open('s', ada, findRevision('2025-11-25') ?? expect.fail());
});

it('the end of a session takes everything with it that waits or is open in it', () => {
  const ended: string[] = [];
  session.atEnd.add(() => ended.push('what has to end with it'));
  const waits = judgedCall({ message: requestOf('tools/call'), reading: { session } });
  parts.holds.add(waits, { cancel: () => ended.push('a call that waits'), abandon() {} }, 0);
  endSession(parts, session);
  expect(ended.sort()).toEqual(['a call that waits', 'what has to end with it']);
  expect(parts.sessions.find('s', ada)).toBeUndefined();
});

describe('a session that its client has not ended', () => {
  it('is ended at the server as well, in its own revision', () => {
    endForgotten(parts, session);
    expect(parts.sent).toMatchObject([
      {
        request: {
          httpMethod: 'DELETE',
          headers: { 'mcp-session-id': 's', 'mcp-protocol-version': '2025-11-25' },
          sessionId: 's',
        },
      },
    ]);
  });

  it('of HTTP+SSE is ended by its stream alone', () => {
    endForgotten(parts, endpointSession(parts, new TestReply()));
    expect(parts.sent).toEqual([]);
  });

  it('is over also when the server is gone', () => {
    parts.upstream.send = () => expect.fail('it is gone');
    endForgotten(parts, session);
    expect(parts.sessions.find('s', ada)).toBeUndefined();
  });

  it('ends when it was idle for as long as the policy says, and not before', () => {
    const { sessionIdleMs } = parts.policy.current()?.bundle.limits ?? expect.fail();
    parts.clock.advance(sessionIdleMs - 1);
    endIdleSessions(parts);
    expect(parts.sent).toEqual([]);
    parts.clock.advance(1);
    endIdleSessions(parts);
    expect(parts.sent).toHaveLength(1);
  });
});
