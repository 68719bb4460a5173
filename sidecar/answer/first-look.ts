/** What the head of an answer means for the session of its call. */
import type { Call } from '../call/call.ts';
import { endSession } from '../call/end-session.ts';
import type { Gate } from '../gate.ts';

/** The call was posted to the address of an HTTP+SSE session, whose stream carries all answers. */
export function isOnEndpoint({ httpMethod, session }: Call): boolean {
  return httpMethod === 'POST' && session?.transport !== undefined;
}

/** Only the caller's own: a message of 2026-07-28 may carry the id of any session, and means none. */
export function closeSessionIfOver({ httpMethod, session }: Call, gate: Gate, status: number): void {
  // A server that has no route for GET says 404 as well, and means no session.
  const isOver = httpMethod === 'GET' ? false : status === 404 || (httpMethod === 'DELETE' && status < 300);
  if (session !== undefined && isOver) endSession(gate, session);
}
