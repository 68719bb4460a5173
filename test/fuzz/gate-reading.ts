/** How the gate reads a body: the steps of its path in their order, up to where policy would begin. */
import type { Target } from '../../core/mcp/catalogue.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import { checkBatch } from '../../sidecar/path/steps/check-batch.ts';
import { Call } from '../../sidecar/call/call.ts';
import { consultCatalogue } from '../../sidecar/path/steps/decide.ts';
import { classifyRevision, readBody } from '../../sidecar/path/steps/read-message.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import type { JsonInput } from './input.ts';

export interface ReadCall {
  readonly kind: 'request' | 'notification' | 'response';
  readonly method: string;
  readonly params: JsonObject;
  readonly targets: readonly Target[];
  readonly modern: boolean;
  /** False when a number was read that its neighbours are read as, too. */
  readonly exact: boolean;
}

/** What goes on to the server in a POST of its own, and what it was read as. */
export interface Passed {
  readonly call: ReadCall;
  readonly body: Buffer;
}

export interface Reading {
  /** The first reason, where something was refused. */
  readonly refused: string | undefined;
  /** One for a message, one for each message of a batch that may go on. */
  readonly passed: readonly Passed[];
}

const POLICY = policyOf(ALLOW_ALL);

export function readAsGate({ body, headers }: JsonInput): Reading {
  const call = new Call('POST', {}, headers, undefined, '', 0);
  call.body = body;
  call.policy = POLICY;
  return readCall(call);
}

function readCall(call: Call): Reading {
  const refusal =
    readBody(call) ?? classifyRevision(call) ?? (call.batch === undefined ? consultCatalogue(call) : checkBatch(call));
  if (refusal !== undefined) return { refused: refusal.reason, passed: [] };
  if (call.batch !== undefined) {
    const parts = call.batch.map((body) => readCall(call.element(body)));
    return {
      refused: parts.find(({ refused }) => refused !== undefined)?.refused,
      passed: parts.flatMap(({ passed }) => passed),
    };
  }
  const { message, revision, targets, exact, body } = call;
  if (message === undefined || revision === undefined || body === undefined)
    throw new Error('a step left nothing behind');
  const { method, params } = message.kind === 'response' ? { method: '', params: {} } : message;
  const modern = revision.era === 'modern';
  return {
    refused: undefined,
    passed: [{ call: { kind: message.kind, method, params, targets, modern, exact }, body }],
  };
}
