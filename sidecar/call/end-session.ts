/** The end of a legacy session takes everything with it that waits or is open in it. */
import type { Gate } from '../gate.ts';
import type { Session } from '../memory/sessions.ts';
import { NOBODY_LISTENS } from '../upstream/upstream.ts';
import { Call } from './call.ts';

export function endSession(gate: Gate, session: Session): void {
  gate.sessions.close(session);
  gate.holds.cancelSession(session);
  gate.streams.endSession(session);
  for (const end of session.atEnd) end();
}

/** Ends the sessions that nobody uses any more, as long as the policy says, and tells the server, which may hold state for them. */
export function endIdleSessions(gate: Gate): void {
  const policy = gate.policy.current();
  if (policy === undefined) return;
  for (const session of gate.sessions.closeIdle(policy.bundle.limits.sessionIdleMs)) endForgotten(gate, session);
}

/** Ends a session that its client has not ended. */
export function endForgotten(gate: Gate, session: Session): void {
  endSession(gate, session);
  // The server of a session over HTTP+SSE hears of it by the end of its stream.
  if (session.transport !== undefined) return;
  const { version } = session.revision;
  const headers = { 'mcp-session-id': session.id, 'mcp-protocol-version': version };
  const call = new Call('DELETE', headers, undefined, session.id, '', gate.clock.monotonic());
  call.principal = session.principal;
  call.revision = session.revision;
  call.session = session;
  try {
    gate.upstream.send(call, NOBODY_LISTENS);
  } catch {
    // It is gone itself, and the session with it.
  }
}
