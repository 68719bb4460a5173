/** A session that the client names must be its own; without one, what one principal says is one conversation. */
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { ReadingCall } from '../../call/call.ts';
import type { PathParts } from '../parts.ts';

type Parts = Pick<PathParts, 'sessions' | 'sessionsOver'>;

export function bindSession(call: ReadingCall, gate: Parts): Refusal | undefined {
  const { request, reading } = call;
  const { principal } = call.entry.proof;
  const isHandshake = reading.head?.method === 'initialize';
  // It begins a session, whatever earlier one the client still names: many go on sending the header when they start anew.
  if (isHandshake && !request.isPostedToEndpoint) reading.sessionId = undefined;
  if (reading.revision?.era === 'modern') {
    // Over HTTP clients of this era have nothing in common but their name; a pipe has one client.
    if (request.mcpHeaders === undefined) reading.conversation = gate.sessions.sessionless(principal);
    // Its clients may still carry the header of an earlier life; this revision says to ignore it.
    return undefined;
  }
  const { sessionId } = reading;
  if (sessionId === undefined) {
    reading.conversation = gate.sessions.sessionless(principal);
    // Else all of it would be read as the revision that is assumed without a header: with batches, and without tasks.
    const agreed = request.mcpHeaders === undefined && !isHandshake ? reading.conversation.agreed : undefined;
    if (agreed !== undefined) reading.revision = agreed;
    return undefined;
  }
  const session = gate.sessions.find(sessionId, principal);
  // The session of one transport is none of the other's: its messages would go to another address.
  if (session === undefined || (session.transport !== undefined) !== request.isPostedToEndpoint) {
    return refuse('session-not-found', 'start a new one with initialize');
  }
  // Before anything is sent to a server that may end under it; what answers the server, or takes something back, still goes there.
  if (gate.sessionsOver && asksForAnswer(call) && session.transport === undefined) {
    return refuse('session-not-found', 'the replica that has it ends; start a new one with initialize');
  }
  reading.session = session;
  reading.conversation = session.conversation;
  const isMessage = reading.head !== undefined || reading.batch !== undefined;
  const named = isMessage && session.transport === undefined ? request.mcpHeaders?.protocolVersion : undefined;
  if (named === undefined) reading.revision = session.revision;
  return undefined;
}

function asksForAnswer({ reading }: ReadingCall): boolean {
  return reading.head?.kind === 'request' || reading.batch !== undefined;
}
