/**
 * A body that is refused as it stands. Whoever waits for an answer to it gets one under its id, as to every other refusal: an HTTP error
 * instead would end the sessions of clients, with all the calls that are open in them.
 */
import { revisionOfOutline } from '../../core/mcp/classify.ts';
import { outlineOf } from '../../core/mcp/outline.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { PathParts } from './parts.ts';
import { answerRefusal } from '../call/refusal-reply.ts';
import { answerServer } from '../answer/server-requests.ts';
import type { Call } from '../call/call.ts';
import { record } from '../call/record.ts';
import { noteDetail, refuseCall } from '../call/refuse-call.ts';
import type { ClientReply, Reply } from '../call/reply.ts';

export function refuseUnread(call: Call, reply: ClientReply, gate: PathParts, refusal: Refusal): void {
  if (call.message !== undefined || call.httpMethod !== 'POST') refuseCall(call, reply, gate, refusal);
  else if (call.batch === undefined) {
    const lost = sketch(call, gate, refusal);
    refuseCall(call, reply.forMessage(call), gate, lost ?? refusal);
  } else if (isOfTheTransport(call, refusal)) refuseCall(call, reply, gate, refusal);
  else refuseBatch(call, call.batch, reply, gate, refusal);
}

/** The messages of a list have a reply that knows already where it goes. */
export function refuseElement(call: Call, reply: Reply, gate: PathParts, refusal: Refusal): void {
  const lost = call.message === undefined ? sketch(call, gate, refusal) : undefined;
  refuseCall(call, reply, gate, lost ?? refusal);
}

/** Said by the status, about all that was sent at once; over stdio there is none. */
function isOfTheTransport(call: Call, refusal: Refusal): boolean {
  return call.mcpHeaders !== undefined && refusal.statusIn(call.revision?.era, 'answer') !== 200;
}

function sketch(call: Call, gate: PathParts, refusal: Refusal): Refusal | undefined {
  takeOutline(call);
  const lost = bindSession(call, gate);
  if (lost === undefined) tellServer(call, gate, refusal);
  return lost;
}

/**
 * A list that is refused as a whole: each message in it that waits for an answer gets this one. In 2026-07-28, where no client
 * sends lists, and where nobody waits, the list is no message (JSON-RPC 2.0, Batch).
 */
function refuseBatch(
  call: Call,
  bodies: readonly Buffer[],
  reply: ClientReply,
  gate: PathParts,
  refusal: Refusal,
): void {
  const elements = bodies.map((body) => call.element(body));
  for (const element of elements) takeOutline(element);
  const isModern = elements.some(({ revision }) => revision?.era === 'modern');
  const lost = bindSession(call, gate);
  if (lost !== undefined || isModern || !elements.some(({ awaits }) => awaits === 'answer')) {
    refuseCall(call, reply.forMessage(call), gate, lost ?? refusal);
    return;
  }
  const answers = reply.split(call, elements.length);
  for (const element of elements) {
    bindSession(element, gate);
    tellServer(element, gate, refusal);
    answerRefusal(element, answers.part(element), refusal);
  }
  noteDetail(call, refusal);
  record(call, gate, 'refused', refusal.reason);
}

function takeOutline(call: Call): void {
  if (call.body !== undefined) call.outline ??= outlineOf(call.body);
  if (call.outline !== undefined) call.revision = revisionOfOutline(call.outline, call.mcpHeaders);
}

/** Only to find the way back; the session says as well what is spoken in it. The refusal is for who has no such way. */
function bindSession(call: Call, gate: PathParts): Refusal | undefined {
  const { principal, sessionId, revision, isPostedToEndpoint } = call;
  if (principal === undefined || revision?.era === 'modern') return undefined;
  const session = sessionId === undefined ? undefined : gate.sessions.find(sessionId, principal);
  if (session === undefined || (session.transport !== undefined) !== isPostedToEndpoint) {
    // Its stream is where the answer would go.
    if (isPostedToEndpoint) return refuse('session-not-found', 'start a new one with initialize');
    if (sessionId === undefined) call.conversation = gate.sessions.sessionless(principal);
    return undefined;
  }
  call.session = session;
  call.conversation = session.conversation;
  call.revision = session.revision;
  return undefined;
}

/** The client believes to have answered, and the server waits for it: it hears in the client's place that nothing will come. */
function tellServer(call: Call, gate: PathParts, refusal: Refusal): void {
  const { kind, id } = call.outline ?? {};
  if (kind !== 'response' || (typeof id !== 'string' && typeof id !== 'number')) return;
  if (call.conversation?.askedBack.delete(id) === true) answerServer(call, gate, id, refusal);
}
