/** Learns from the head of the server's answer to `initialize` which session it opened, and binds it to who asked. */
import type { IncomingHttpHeaders } from 'node:http';
import { negotiatedRevision } from '../../core/mcp/revisions/index.ts';
import type { Gate } from '../gate.ts';
import type { Call } from '../call/call.ts';

/** The session must be known before the client reads of it; what was agreed on in it, the answer itself will tell. */
export function openNegotiatedSession(call: Call, gate: Gate, headers: IncomingHttpHeaders): void {
  if (call.methodName !== 'initialize' || call.id === null) return;
  const id = headers['mcp-session-id'];
  if (typeof id !== 'string' || call.principal === undefined || call.session?.id === id) return;
  call.session = gate.sessions.open(id, call.principal, negotiatedRevision(undefined));
  call.conversation = call.session.conversation;
  call.conversation.declare(call.asked?.declares);
}
