/** What an answer, and already its head, means for the session of its call. */
import type { IncomingHttpHeaders } from 'node:http';
import { negotiatedRevision } from '../../core/mcp/revisions/index.ts';
import type { Call } from '../call/call.ts';
import { endSession } from '../call/end-session.ts';
import type { AnswerParts } from './parts.ts';

/** The call was posted to the address of an HTTP+SSE session, whose stream carries all answers. */
export function isOnEndpoint({ request, session }: Call): boolean {
  return request.httpMethod === 'POST' && session?.transport !== undefined;
}

/**
 * The answer to `initialize` names the session that the server opened, which is bound to who asked: it must be known before the client
 * reads of it. What was agreed on in it, the answer itself will tell.
 */
export function openNegotiatedSession(call: Call, gate: AnswerParts, headers: IncomingHttpHeaders): void {
  if (call.methodName !== 'initialize' || call.id === null) return;
  const id = headers['mcp-session-id'];
  if (typeof id !== 'string' || call.principal === undefined || call.session?.id === id) return;
  const opened = gate.sessions.open(id, call.principal, negotiatedRevision(undefined));
  opened.conversation.declare(call.asked?.terms?.declares);
  call.agrees({ session: opened, revision: undefined });
}

/** Only the caller's own: a message of 2026-07-28 may carry the id of any session, and means none. */
export function closeSessionIfOver({ request, session }: Call, gate: AnswerParts, status: number): void {
  const { httpMethod } = request;
  // A server that has no route for GET says 404 as well, and means no session.
  const isOver = httpMethod === 'GET' ? false : status === 404 || (httpMethod === 'DELETE' && status < 300);
  if (session !== undefined && isOver) endSession(gate, session);
}
