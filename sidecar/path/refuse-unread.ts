/**
 * A body that is refused as it stands. Whoever waits for an answer to it gets one under its id, as to every other refusal: an HTTP error
 * instead would end the sessions of clients, with all the calls that are open in them.
 */
import { revisionOfOutline } from '../../core/mcp/classify.ts';
import { type Outline, outlineOf } from '../../core/mcp/outline.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { answerServer } from '../answer/server-requests.ts';
import { Call, type ListShare } from '../call/call.ts';
import { answerRefusal } from '../call/refusal-reply.ts';
import { noteDetail, refuseCall } from '../call/refuse-call.ts';
import type { ClientReply, Reply } from '../call/reply.ts';
import { settle } from '../call/settle.ts';
import { type Draft, type Reading, newReading } from '../call/stages.ts';
import type { PathParts } from './parts.ts';

/** They are told, and that is all that becomes of them. */
const OF_REFUSED_LIST: ListShare = { inspection: undefined, settled() {} };

/** `outline`: of a body that was not kept. */
export function refuseUnread(
  call: Call,
  client: ClientReply,
  gate: PathParts,
  refusal: Refusal,
  outline?: Outline,
): void {
  const { request, reading } = call;
  if (reading?.head !== undefined || request.httpMethod !== 'POST') refuseCall(call, client, gate, refusal);
  else if (reading?.batch === undefined) {
    const lost = sketch(call, gate, refusal, outline ?? outlineOfBody(call));
    refuseCall(call, client.forMessage(call), gate, lost ?? refusal);
  } else if (isOfTheTransport(call, refusal)) refuseCall(call, client, gate, refusal);
  else refuseList(call, reading.batch, client, gate, refusal);
}

/** The messages of a list have a reply that knows already where it goes. */
export function refuseElement(call: Call, reply: Reply, gate: PathParts, refusal: Refusal, outline?: Outline): void {
  const isRead = call.reading?.head !== undefined;
  const lost = isRead ? undefined : sketch(call, gate, refusal, outline ?? outlineOfBody(call));
  refuseCall(call, reply, gate, lost ?? refusal);
}

/** Said by the status, about all that was sent at once; over stdio there is none. */
function isOfTheTransport({ request, revision }: Call, refusal: Refusal): boolean {
  return request.mcpHeaders !== undefined && refusal.statusIn(revision?.era, 'answer') !== 200;
}

/** All of it is gone through once more: only where nothing is known of it yet. */
function outlineOfBody({ content }: Call): Outline | undefined {
  return content === undefined ? undefined : outlineOf(content.body);
}

/** What can be told of it without reading it: who has to hear of its end, and where. The refusal is for who has no such way. */
function sketch(call: Call, gate: PathParts, refusal: Refusal, outline: Outline | undefined): Refusal | undefined {
  const reading = newReading(call.policy, call.request.sessionId);
  reading.outline = outline;
  reading.revision = outline === undefined ? call.revision : revisionOfOutline(outline, call.request.mcpHeaders);
  const lost = findWayBack(call, reading, gate);
  call.isRead(reading, undefined);
  if (lost === undefined) tellServer(call, gate, refusal);
  return lost;
}

/**
 * A list that is refused as a whole: each message in it that waits for an answer gets this one. In 2026-07-28, where no client
 * sends lists, and where nobody waits, the list is no message (JSON-RPC 2.0, Batch).
 */
function refuseList(
  call: Call,
  bodies: readonly Buffer[],
  client: ClientReply,
  gate: PathParts,
  refusal: Refusal,
): void {
  const outlines = bodies.map((body) => outlineOf(body));
  const { mcpHeaders } = call.request;
  const isModern = outlines.some((outline) => revisionOfOutline(outline, mcpHeaders)?.era === 'modern');
  const lost = sketch(call, gate, refusal, undefined);
  if (lost !== undefined || isModern || !outlines.some(({ kind, id }) => kind === 'request' && id !== null)) {
    refuseCall(call, client.forMessage(call), gate, lost ?? refusal);
    return;
  }
  const answers = client.split(call, outlines.length);
  for (const outline of outlines) {
    const element = new Call(call.request, call.course.admittedAt, call.entry, OF_REFUSED_LIST);
    sketch(element, gate, refusal, outline);
    answerRefusal(element, answers.part(element), refusal);
  }
  noteDetail(call, refusal);
  settle(call, gate, 'refused', refusal.reason);
}

/** Only to find the way back; the session says as well what is spoken in it. */
function findWayBack(
  { principal, request }: Call,
  reading: Draft<Reading>,
  { sessions }: Pick<PathParts, 'sessions'>,
): Refusal | undefined {
  const { sessionId, isPostedToEndpoint } = request;
  if (principal === undefined || reading.revision?.era === 'modern') return undefined;
  const session = sessionId === undefined ? undefined : sessions.find(sessionId, principal);
  if (session === undefined || (session.transport !== undefined) !== isPostedToEndpoint) {
    // Its stream is where the answer would go.
    if (isPostedToEndpoint) return refuse('session-not-found', 'start a new one with initialize');
    if (sessionId === undefined) reading.conversation = sessions.sessionless(principal);
    return undefined;
  }
  reading.session = session;
  reading.conversation = session.conversation;
  reading.revision = session.revision;
  return undefined;
}

/** The client believes to have answered, and the server waits for it: it hears in the client's place that nothing will come. */
function tellServer(call: Call, gate: PathParts, refusal: Refusal): void {
  const { kind, id } = call.outline ?? {};
  if (kind !== 'response' || (typeof id !== 'string' && typeof id !== 'number')) return;
  if (call.conversation?.askedBack.delete(id) === true) answerServer(call, gate, id, refusal);
}
