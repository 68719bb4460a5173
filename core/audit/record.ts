/**
 * The audit line of a call, as it is written: literals in RFC 8785 order at every level; `JSON.stringify` leaves out what is undefined.
 * Which fields there are and what is in them the schema says (schema/fields.ts), and the compiler holds the literals against it. The
 * chain's own fields (`Link`) have their places in them from the start, and chain.ts fills these in.
 */
import type { Effect } from '../api/effects.ts';
import type { SpanReference } from '../telemetry/telemetry.ts';
import { clip, clipAll, clipIfAny } from './clip.ts';
import type { LineOf } from './schema/written.ts';
import { isoTime, milliseconds } from './times.ts';

/** In version 1 `argumentsHmac` was of the arguments in RFC 8785 form, not of the bytes that were sent. */
export const AUDIT_SCHEMA_VERSION = 2;

/** `prev` of the first line of a file. */
export const NO_PREVIOUS_LINE = '0'.repeat(64);

/** What ties a line to its stream and to the line before. */
export interface Link {
  prev: string;
  seq: number;
  server: string;
  stream: string;
}

/** What a detector found. Never the value that it was found in. */
export interface FindingRecord {
  readonly detector: string;
  /** JSON Pointer (RFC 6901), from the arguments. */
  readonly pointer: string;
  readonly reason: string;
  readonly rule: string;
}

/** What was found in what the server said, and what became of that. */
export interface AnswerRecord {
  readonly effect: Effect;
  readonly findings: readonly FindingRecord[];
  /** By kind, how often a placeholder took its place. */
  readonly redacted: Readonly<Record<string, number>> | undefined;
  readonly rules: readonly string[];
  readonly wouldEffect: Effect | undefined;
  readonly wouldFindings: readonly FindingRecord[] | undefined;
  readonly wouldRules: readonly string[] | undefined;
}

/** The request for a held call. `by` and `reason`: who has decided, and why, in their words. */
export interface ApprovalInput {
  readonly by?: string | undefined;
  /** Of a standing grant: which of its uses this call was. */
  readonly grant?: { readonly use: number; readonly uses: number } | undefined;
  readonly name: string;
  readonly reason?: string | undefined;
  readonly state: string;
}

/** What is known of a call before it ends, as its gate knows it. */
export interface IntentInput {
  approval?: ApprovalInput | undefined;
  /** Of the bytes of the arguments as they were sent. */
  argumentsHmac?: string | undefined;
  decision: {
    answer?: AnswerRecord | undefined;
    /** What went wrong with the call, in the words its client got; of a refusal by policy the rules say it. */
    detail?: string | undefined;
    effect: Effect;
    findings?: readonly FindingRecord[] | undefined;
    mode: 'Enforce';
    reason: string;
    /** Of the arguments: by kind, how often a placeholder took its place in what was sent. */
    redacted?: Readonly<Record<string, number>> | undefined;
    revision: string | null;
    rules: readonly string[];
    wouldEffect?: Effect | undefined;
    wouldFindings?: readonly FindingRecord[] | undefined;
    wouldRules?: readonly string[] | undefined;
  };
  method: string | null;
  principal: { groups: readonly string[]; issuer?: string | undefined; kind: string; name: string } | null;
  prompt?: string | undefined;
  resource?: string | undefined;
  session?: string | undefined;
  /** For whoever is told of the line besides (AuditLogOptions.onLine); the line itself has the trace alone. */
  span?: SpanReference | undefined;
  time: number;
  tool?: string | undefined;
  traceId: string;
}

/** What a call has cost. `amount`: a decimal number, in the currency; both where the budget has a price. */
export interface CostInput {
  readonly amount: string | undefined;
  readonly budget: string;
  readonly credits: number;
  readonly currency: string | undefined;
  readonly reached: readonly { readonly budget: string; readonly percent: number }[];
}

export interface DecisionInput extends IntentInput {
  /** Of the message as its client sent it, and of what the client got as the answer. */
  bytes?: { readonly answer: number; readonly request: number } | undefined;
  /** Milliseconds: how old what it was answered with is, where the server was not asked. */
  cacheAgeMs?: number | undefined;
  /** By the budgets of the policy, if any. */
  cost?: CostInput | undefined;
  /** `seq` of the intent, in the same stream, that this is the end of. */
  intent?: number | undefined;
  latency: {
    /** How long the call was held for an approval. */
    heldMs?: number | undefined;
    sallyportMs: number;
    upstreamMs?: number | undefined;
  };
  outcome: string;
}

const NAME_CAP = 256;
const URI_CAP = 2048;
const REASON_CAP = 1024;

/**
 * The record of a call. Strings from outside are made well-formed, because a lone surrogate has no UTF-8 and so no stable digest
 * (RFC 8785 §3.2.2.2), and cut, because one call must not be able to fill the disk.
 */
export function decisionRecord(input: DecisionInput) {
  return callRecord('decision', input, input) satisfies CallLine as LineOf<'decision'>;
}

/** A call is about to be sent, or is out for long: what is left of it should its gate be killed. */
export function intentRecord(input: IntentInput) {
  return callRecord('intent', input, undefined) satisfies CallLine as LineOf<'intent'>;
}

/** Both have one literal: of an intent, what is known at the end alone is absent. */
type CallLine = { [Name in keyof LineOf<'decision'>]: LineOf<'decision'>[Name] | AtTheEnd<Name> };
type AtTheEnd<Name> = Name extends 'event' ? 'intent' : Name extends 'latency' | 'outcome' ? undefined : never;

function callRecord(event: 'decision' | 'intent', input: IntentInput, end: DecisionInput | undefined): CallLine {
  const { approval, decision, principal } = input;
  return {
    approval: approvalOf(approval),
    argumentsHmac: input.argumentsHmac,
    bytes: end?.bytes === undefined ? undefined : { answer: end.bytes.answer, request: end.bytes.request },
    cache: end?.cacheAgeMs === undefined ? undefined : { ageMs: end.cacheAgeMs },
    cost: costOf(end?.cost),
    decision: {
      answer: answerOf(decision.answer),
      detail: clipIfAny(decision.detail, REASON_CAP),
      effect: decision.effect,
      findings: findingsOf(decision.findings),
      mode: decision.mode,
      reason: clip(decision.reason, REASON_CAP),
      redacted: countsOf(decision.redacted),
      revision: decision.revision,
      rules: clipAll(decision.rules, NAME_CAP),
      wouldEffect: decision.wouldEffect,
      wouldFindings: findingsOf(decision.wouldFindings),
      wouldRules: decision.wouldRules === undefined ? undefined : clipAll(decision.wouldRules, NAME_CAP),
    },
    event,
    intent: end?.intent,
    latency: end === undefined ? undefined : latencyOf(end),
    method: input.method === null ? null : clip(input.method, NAME_CAP),
    outcome: end === undefined ? undefined : clip(end.outcome, NAME_CAP),
    prev: '',
    principal:
      principal === null
        ? null
        : {
            groups: clipAll(principal.groups, NAME_CAP),
            issuer: clipIfAny(principal.issuer, URI_CAP),
            kind: clip(principal.kind, NAME_CAP),
            name: clip(principal.name, NAME_CAP),
          },
    prompt: clipIfAny(input.prompt, NAME_CAP),
    resource: clipIfAny(input.resource, URI_CAP),
    seq: 0,
    server: '',
    session: clipIfAny(input.session, NAME_CAP),
    stream: '',
    time: isoTime(input.time),
    tool: clipIfAny(input.tool, NAME_CAP),
    traceId: clip(input.traceId, NAME_CAP),
    v: AUDIT_SCHEMA_VERSION,
  };
}

function approvalOf(approval: ApprovalInput | undefined) {
  if (approval === undefined) return undefined;
  return {
    by: clipIfAny(approval.by, NAME_CAP),
    grant: approval.grant && { use: approval.grant.use, uses: approval.grant.uses },
    name: clip(approval.name, NAME_CAP),
    reason: clipIfAny(approval.reason, REASON_CAP),
    state: clip(approval.state, NAME_CAP),
  };
}

function costOf(cost: CostInput | undefined) {
  if (cost === undefined) return undefined;
  const { amount, budget, credits, currency, reached } = cost;
  return {
    amount,
    budget: clip(budget, NAME_CAP),
    credits,
    currency,
    reached:
      reached.length === 0
        ? undefined
        : reached.map((one) => ({ budget: clip(one.budget, NAME_CAP), percent: one.percent })),
  };
}

function answerOf(answer: AnswerRecord | undefined) {
  if (answer === undefined) return undefined;
  return {
    effect: answer.effect,
    findings: findingsOf(answer.findings),
    redacted: countsOf(answer.redacted),
    rules: clipAll(answer.rules, NAME_CAP),
    wouldEffect: answer.wouldEffect,
    wouldFindings: findingsOf(answer.wouldFindings),
    wouldRules: answer.wouldRules === undefined ? undefined : clipAll(answer.wouldRules, NAME_CAP),
  };
}

/** Kinds are names of rules and patterns, in order: ASCII, so that the order of code units is that of RFC 8785. */
function countsOf(counts: Readonly<Record<string, number>> | undefined): Record<string, number> | undefined {
  if (counts === undefined) return undefined;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** In RFC 8785 order as well, and without what a finding has besides. */
function findingsOf(findings: readonly FindingRecord[] | undefined): FindingRecord[] | undefined {
  if (findings === undefined || findings.length === 0) return undefined;
  return findings.map(({ detector, pointer, reason, rule }) => ({
    detector: clip(detector, NAME_CAP),
    pointer: clip(pointer, NAME_CAP),
    reason: clip(reason, NAME_CAP),
    rule: clip(rule, NAME_CAP),
  }));
}

function latencyOf({ latency: { heldMs, sallyportMs, upstreamMs } }: DecisionInput) {
  return {
    heldMs: heldMs === undefined ? undefined : milliseconds(heldMs),
    sallyportMs: milliseconds(sallyportMs),
    upstreamMs: upstreamMs === undefined ? undefined : milliseconds(upstreamMs),
  };
}
