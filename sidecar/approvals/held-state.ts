/**
 * What a client is given when its call is still undecided, so that it comes back by itself (`requestState`, MCP 2026-07-28, Multi
 * Round-Trip Requests): which request its call waits for, and what of its own it does not say again. A client repeats the params that it
 * began with, without the answers and the state of a round before, so a call that carried these has them carried for it.
 */
import * as z from 'zod';
import type { JsonObject } from '../../core/mcp/message.ts';
import type { JsonView } from '../../core/mcp/json-view.ts';
import type { Approval } from './approval.ts';

/**
 * How often a client is asked to come back. The official SDKs end a call after ten such rounds, of which the server behind the gate needs
 * some for itself.
 */
const MAX_ROUNDS = 8;
/** It makes the round trip with every call; what is larger has to be said again by whoever said it. */
const MAX_CARRIED_CHARACTERS = 16 * 1024;

const heldStateSchema = z.object({
  approval: z.string(),
  /** Of the call that a person was asked about (core/mcp/call-digest.ts). */
  digest: z.string(),
  /** Of the approval; milliseconds since the Unix epoch. */
  expiresAt: z.number(),
  /** How often its client has been asked to come back. */
  round: z.number(),
  /** The one that the call came with, as the client had it. */
  requestState: z.string().optional(),
  /** JSON text: numbers keep their spelling. */
  inputResponses: z.string().optional(),
});

export type HeldState = z.infer<typeof heldStateSchema>;

/** `params`: of the call as it is held. Undefined when it has come back often enough, or carries more than a state can. */
export function nextHeldState(
  approval: Approval,
  before: HeldState | undefined,
  params: JsonView | undefined,
): HeldState | undefined {
  const round = (before?.round ?? 0) + 1;
  if (round > MAX_ROUNDS || params === undefined) return undefined;
  const requestState = params.string('requestState');
  const responses = params.span('inputResponses');
  const carried = (requestState?.length ?? 0) + (responses === undefined ? 0 : responses.end - responses.start);
  if (carried > MAX_CARRIED_CHARACTERS) return undefined;
  return {
    approval: approval.name,
    digest: approval.subject.digest,
    expiresAt: approval.expiresAt,
    round,
    ...(requestState !== undefined && { requestState }),
    ...(responses !== undefined && { inputResponses: params.bytes.toString('utf8', responses.start, responses.end) }),
  };
}

export function writeHeldState(state: HeldState): string {
  return JSON.stringify(state);
}

/** Undefined for what another version may have written. */
export function readHeldState(text: string): HeldState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return heldStateSchema.safeParse(value).data;
}

/** What stands in the place of the member `requestState` of the call that comes back, as text of JSON members; empty for nothing. */
export function membersRestored({ requestState, inputResponses }: HeldState, params: JsonObject): string {
  const members: string[] = [];
  if (requestState !== undefined) members.push(`"requestState":${JSON.stringify(requestState)}`);
  // A client that says them again is taken at its word, and the digest tells whether they are the same.
  if (inputResponses !== undefined && !('inputResponses' in params)) members.push(`"inputResponses":${inputResponses}`);
  return members.join(',');
}
