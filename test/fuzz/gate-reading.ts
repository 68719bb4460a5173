/** How the gate reads a body: the steps of its path in their order, up to where policy would begin. */
import type { Target } from '../../core/mcp/catalogue.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import { checkBatch } from '../../sidecar/path/steps/check-batch.ts';
import { type Call, type JudgingMessage, type ListShare, isRead } from '../../sidecar/call/call.ts';
import { newContent, newJudgement, newReading } from '../../sidecar/call/stages.ts';
import { classifyRevision } from '../../sidecar/path/steps/classify-revision.ts';
import { consultCatalogue } from '../../sidecar/path/steps/consult-catalogue.ts';
import { readBody } from '../../sidecar/path/steps/read-body.ts';
import { readingCall } from '../../sidecar/testing/calls.ts';
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
const IN_LIST: ListShare = { inspection: undefined, settled() {} };

export function readAsGate({ body, headers }: JsonInput): Reading {
  return readMessage(body, headers, undefined);
}

function readMessage(body: Buffer, headers: JsonInput['headers'], list: ListShare | undefined): Reading {
  const call = readingCall(undefined, { mcpHeaders: headers, policy: POLICY, ...(list && { list }) });
  call.isRead(newReading(POLICY, undefined), newContent(body));
  const unread = readBody(call) ?? classifyRevision(call);
  if (unread !== undefined) return { refused: unread.reason, passed: [] };
  if (!isRead(call)) throw new Error('a step left nothing behind');
  const { batch } = call.reading;
  if (batch !== undefined) {
    const refusal = checkBatch(call);
    if (refusal !== undefined) return { refused: refusal.reason, passed: [] };
    const parts = batch.map((one) => readMessage(one, headers, IN_LIST));
    return {
      refused: parts.find(({ refused }) => refused !== undefined)?.refused,
      passed: parts.flatMap(({ passed }) => passed),
    };
  }
  const judgement = newJudgement();
  call.isJudged(judgement);
  const refusal = consultCatalogue(call as Call as JudgingMessage);
  if (refusal !== undefined) return { refused: refusal.reason, passed: [] };
  const { revision } = call.reading;
  const { message, exact } = call.content ?? {};
  if (message === undefined || exact === undefined) throw new Error('a step left nothing behind');
  const { method, params } = message.kind === 'response' ? { method: '', params: {} } : message;
  const modern = revision.era === 'modern';
  const { targets } = judgement;
  return {
    refused: undefined,
    passed: [{ call: { kind: message.kind, method, params, targets, modern, exact }, body }],
  };
}
