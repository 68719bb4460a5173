/** Third step: the body as one message of one protocol revision, read in the only way it can be read. */
import { classify, revisionOfStream } from '../../core/mcp/classify.ts';
import { parseStrictJson } from '../../core/mcp/json.ts';
import { readMessage } from '../../core/mcp/message.ts';
import { Refusal, refuse } from '../../core/mcp/refusals.ts';
import { ASSUMED_LEGACY } from '../../core/mcp/revisions/index.ts';
import type { Gate } from '../gate.ts';
import type { Call } from './call.ts';

export function readBody(call: Call): Refusal | undefined {
  const { body } = call;
  if (body === undefined || body.length === 0) return refuse('body-missing', 'send one JSON-RPC message');
  const json = parseStrictJson(body);
  if (!json.ok) return refuse(json.problem, json.detail);
  const message = readMessage(json.value);
  if (message instanceof Refusal) return message;
  call.message = message;
  call.exact = json.exact;
  return undefined;
}

export function classifyRevision(call: Call): Refusal | undefined {
  if (call.message === undefined) {
    call.revision = revisionOfStream(call.mcpHeaders);
    return undefined;
  }
  const revision = classify(call.message, call.mcpHeaders);
  if (revision instanceof Refusal) return revision;
  call.revision = revision;
  return undefined;
}

/** A session that the client names must be its own. */
export function bindSession(call: Call, gate: Gate): Refusal | undefined {
  // A session would outlive the pod by no more than a moment, and take its client's state with it.
  if (gate.leaving && call.methodName === 'initialize') return refuse('draining', 'open the session again in a moment');
  // Without a message there is no revision yet. Streams and their ends are legacy, and what comes on them is inspected, too.
  call.revision ??= ASSUMED_LEGACY;
  // Clients of 2026-07-28 may still carry the header of an earlier life; that revision says to ignore it.
  if (call.sessionId === undefined || call.principal === undefined || call.revision?.era === 'modern') return undefined;
  call.session = gate.sessions.find(call.sessionId, call.principal);
  if (call.session === undefined) return refuse('session-not-found', 'start a new one with initialize');
  const named = call.message === undefined ? undefined : call.mcpHeaders?.protocolVersion;
  if (named === undefined) call.revision = call.session.revision;
  return undefined;
}
