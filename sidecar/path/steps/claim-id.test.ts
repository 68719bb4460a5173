import { beforeEach, describe, expect, it } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { type Session, SessionTable } from '../../memory/sessions.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { claimId } from './claim-id.ts';

let session: Session;
let sessions: SessionTable;
beforeEach(() => {
  sessions = new SessionTable(new FakeClock());
  session = sessions.open('s', ada, findRevision('2025-11-25') ?? expect.fail());
});

function claimed(id: string | number, reading: object = { session, conversation: session.conversation }) {
  const call = judgingMessage({ message: requestOf('ping', {}, id), reading });
  return { reason: claimId(call)?.reason, ...call.judgement };
}

describe('an id', () => {
  it('is open in its session, and counts there', () => {
    expect(claimed(1)).toMatchObject({ reason: undefined, asked: { isOpen: true }, openIn: { id: 's' } });
    expect(session.inUse).toBe(1);
  });

  it('is used once within a session, and is another one as text', () => {
    claimed(1);
    expect([claimed(1).reason, claimed('1').reason]).toEqual(['id-in-use', undefined]);
  });

  it('may be used again by clients of one name that have no session', () => {
    const conversation = sessions.sessionless(ada);
    claimed(1, { conversation });
    expect(claimed(1, { conversation })).toMatchObject({ reason: undefined, openIn: undefined });
  });

  it('is one of a thousand that may be open', () => {
    for (let i = 0; i < 1000; i++) claimed(i);
    expect(claimed('more').reason).toBe('too-many-calls');
  });

  it('is nobody’s in the modern era', () => {
    expect(claimed(1, {}).asked).toBeUndefined();
  });
});

it('a request that is taken back is not open any more', () => {
  const { asked } = claimed(1);
  const { conversation } = session;
  const message = { kind: 'notification', method: 'notifications/cancelled', params: { requestId: 1 } } as const;
  claimId(judgingMessage({ message, reading: { session, conversation } }));
  expect(asked?.isOpen).toBe(false);
});
