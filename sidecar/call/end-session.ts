/** The end of a legacy session takes everything with it that waits or is open in it. */
import type { Holds } from '../memory/holds.ts';
import type { Session, SessionTable } from '../memory/sessions.ts';
import type { Streams } from '../memory/streams.ts';
import type { PolicySource } from '../policy/source.ts';
import { NOBODY_LISTENS, type Upstream } from '../upstream/upstream.ts';

export interface EndSessionParts {
  readonly sessions: SessionTable;
  readonly holds: Holds;
  readonly streams: Streams;
}

interface ForgetSessionParts extends EndSessionParts {
  readonly policy: PolicySource;
  readonly upstream: Upstream;
}

export function endSession({ sessions, holds, streams }: EndSessionParts, session: Session): void {
  sessions.close(session);
  holds.cancelSession(session);
  streams.endSession(session);
  for (const end of session.atEnd) end();
}

/** What has had its time: the sessions that nobody uses any more, and the streams of those whose proof has run out. */
export function endIdle(gate: ForgetSessionParts): void {
  endIdleSessions(gate);
  gate.streams.endUnproven();
}

/** Ends the sessions that nobody uses any more, as long as the policy says, and tells the server, which may hold state for them. */
export function endIdleSessions(gate: ForgetSessionParts): void {
  const policy = gate.policy.current();
  if (policy === undefined) return;
  for (const session of gate.sessions.closeIdle(policy.bundle.limits.sessionIdleMs)) endForgotten(gate, session);
}

/** Ends a session that its client has not ended. */
export function endForgotten(gate: ForgetSessionParts, session: Session): void {
  endSession(gate, session);
  // The server of a session over HTTP+SSE hears of it by the end of its stream.
  if (session.transport !== undefined) return;
  const { id, principal, revision } = session;
  try {
    gate.upstream.send(
      {
        httpMethod: 'DELETE',
        headers: { 'mcp-session-id': id, 'mcp-protocol-version': revision.version },
        body: undefined,
        message: undefined,
        revision,
        sessionId: id,
        endpoint: undefined,
        mayResume: false,
        principal,
        withToken: false,
        takesMore: false,
      },
      NOBODY_LISTENS,
    );
  } catch {
    // It is gone itself, and the session with it.
  }
}
