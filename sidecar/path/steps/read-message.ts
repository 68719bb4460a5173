/** Third step: the body as one message of one protocol revision, read in the only way it can be read. */
import { claimsModern, classify, revisionOfBatch, revisionOfStream } from '../../../core/mcp/classify.ts';
import { type JsonProblem, parseStrictJson } from '../../../core/mcp/json.ts';
import { elementsOf } from '../../../core/mcp/json-view.ts';
import { readMessage } from '../../../core/mcp/message.ts';
import { outlineOf } from '../../../core/mcp/outline.ts';
import { Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { ASSUMED_LEGACY, OLDEST_LEGACY } from '../../../core/mcp/revisions/index.ts';
import type { PathParts } from '../parts.ts';
import type { Call } from '../../call/call.ts';

export function readBody(call: Call): Refusal | undefined {
  const { body } = call;
  if (body === undefined || body.length === 0) return refuse('body-missing', 'send one JSON-RPC message');
  // What MCP itself names is spelled exactly all the same: readMessage sees to that.
  const json = parseStrictJson(body, { caseSensitiveKeys: call.policy?.bundle.wire?.keys === 'CaseSensitive' });
  if (isList(body) && (json.ok || !OF_THE_WHOLE.has(json.problem))) {
    return readBatch(call, body, json.ok ? (json.value as readonly unknown[]) : undefined);
  }
  if (!json.ok) return refuse(json.problem, json.detail);
  const message = readMessage(json.value, body);
  if (message instanceof Refusal) return message;
  call.message = message;
  call.exact = json.exact;
  return undefined;
}

/** What is wrong with a list itself; anything else is wrong with a message in it, and the others have done nothing. */
const OF_THE_WHOLE: ReadonlySet<JsonProblem> = new Set<JsonProblem>(['not-json', 'byte-order-mark', 'too-many-values']);

/** Of a list that is refused, as many are answered one by one. */
const MAX_ANSWERED = 100;

/**
 * Reference servers execute lists on every legacy revision, so a list is never passed on as one: each message in it goes the whole
 * way by itself, or the list is refused. `values` are undefined where strict reading fails: it is each message's own then.
 */
function readBatch(call: Call, body: Buffer, values: readonly unknown[] | undefined): Refusal | undefined {
  if (call.isElement) return refuse('batch', 'a list within a list is no message');
  if (values?.length === 0) return refuse('batch', 'an empty list is no message');
  // Before anything is made of them: a small body holds very many.
  const max = call.policy?.bundle.limits.batch ?? 0;
  call.batch = elementsOf(body, Math.max(max, MAX_ANSWERED))?.map(({ start, end }) => body.subarray(start, end));
  if (max === 0) return refuse('batch', 'the policy takes none; send each message in a POST of its own');
  if ((values ?? call.batch ?? []).length > max) {
    return refuse('batch', `at most ${max} messages are taken (limits.batch of the policy)`);
  }
  if (call.batch === undefined) return refuse('batch', 'it could not be taken apart');
  const isModern = values?.some(claimsModern) ?? call.batch.some((one) => outlineOf(one).version !== undefined);
  return isModern ? refuse('batch', 'send each message in a POST of its own') : undefined;
}

function isList(body: Buffer): boolean {
  for (const byte of body) {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
    return byte === 0x5b;
  }
  return false;
}

export function classifyRevision(call: Call): Refusal | undefined {
  if (call.message === undefined) {
    call.revision = call.batch === undefined ? revisionOfStream(call.mcpHeaders) : revisionOfBatch(call.mcpHeaders);
    return undefined;
  }
  if (call.isElement && call.methodName === 'initialize') return refuse('batch', 'initialize comes alone');
  if (call.isPostedToEndpoint) {
    // That transport has no other era: a client that asks there for a newer one hears that there is no such method, and goes on.
    call.revision = OLDEST_LEGACY;
    return undefined;
  }
  const revision = classify(call.message, call.mcpHeaders);
  if (revision instanceof Refusal) return revision;
  // Said of the list as a whole already, as far as it could be read.
  if (call.isElement && revision.era === 'modern') return refuse('batch', 'send each message in a POST of its own');
  call.revision = revision;
  return undefined;
}

/** A session that the client names must be its own. */
export function bindSession(call: Call, gate: PathParts): Refusal | undefined {
  const { principal } = call;
  // A session would outlive the pod by no more than a moment, and take its client's state with it.
  if (gate.leaving && call.methodName === 'initialize') return refuse('draining', 'open the session again in a moment');
  // Without a message there is no revision yet. Streams and their ends are legacy, and what comes on them is inspected, too.
  call.revision ??= ASSUMED_LEGACY;
  if (principal === undefined) return undefined;
  // It begins a session, whatever earlier one the client still names: many go on sending the header when they start anew.
  if (call.methodName === 'initialize' && !call.isPostedToEndpoint) call.sessionId = undefined;
  if (call.revision.era === 'modern') {
    // Over HTTP clients of this era have nothing in common but their name; a pipe has one client.
    if (call.mcpHeaders === undefined) call.conversation = gate.sessions.sessionless(principal);
    // Its clients may still carry the header of an earlier life; this revision says to ignore it.
    return undefined;
  }
  const { sessionId } = call;
  if (sessionId === undefined) {
    call.conversation = gate.sessions.sessionless(principal);
    // Else all of it would be read as the revision that is assumed without a header: with batches, and without tasks.
    const agreed =
      call.mcpHeaders === undefined && call.methodName !== 'initialize' ? call.conversation.agreed : undefined;
    if (agreed !== undefined) call.revision = agreed;
    return undefined;
  }
  const session = gate.sessions.find(sessionId, principal);
  // The session of one transport is none of the other's: its messages would go to another address.
  if (session === undefined || (session.transport !== undefined) !== call.isPostedToEndpoint) {
    return refuse('session-not-found', 'start a new one with initialize');
  }
  call.session = session;
  call.conversation = session.conversation;
  const isMessage = call.message !== undefined || call.batch !== undefined;
  const named = isMessage && session.transport === undefined ? call.mcpHeaders?.protocolVersion : undefined;
  if (named === undefined) call.revision = session.revision;
  return undefined;
}

/** Streams are resumed by those they were opened for. */
export function checkStream(call: Call, gate: PathParts): Refusal | undefined {
  if (call.principal === undefined || (call.httpMethod !== 'GET' && call.method?.door !== 'listen')) return undefined;
  if (!gate.streams.hasRoomFor(call.principal)) return refuse('too-many-streams', 'close some and try again');
  if (call.revision?.era === 'modern') return undefined;
  const from = call.headers['last-event-id'];
  if (typeof from !== 'string' || from === '' || call.conversation?.events.has(from) === true) return undefined;
  if (call.session?.conversation.wasRestored === true) {
    // Which events were its own is not known any more: it gets its stream from here on, and nothing that may be another's.
    delete call.headers['last-event-id'];
    return undefined;
  }
  return refuse('event-not-found', 'Last-Event-ID names no event of yours; open a new stream without it');
}
