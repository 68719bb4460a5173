/**
 * The audit line, schema version 1.
 * Bodies hold everything but the chain's own fields (`prev`, `seq`, `server`, `stream`, `v`), which chain.ts adds, and whose order
 * of fields is the one that is written. Objects inside of a body are built with their keys in RFC 8785 order here.
 */

import type { Effect } from '../api/effects.ts';

export const AUDIT_SCHEMA_VERSION = 1;

/** `prev` of the first line of a file. */
export const NO_PREVIOUS_LINE = '0'.repeat(64);

export interface AuditDecision {
  /** What went wrong with the call, in the words its client got; of a refusal by policy the rules say it. */
  detail?: string | undefined;
  effect: Effect;
  mode: 'Enforce';
  reason: string;
  revision: string | null;
  rules: readonly string[];
  wouldEffect?: Effect | undefined;
  wouldRules?: readonly string[] | undefined;
}

export interface AuditPrincipal {
  groups: readonly string[];
  kind: string;
  name: string;
}

export interface AuditLatency {
  /** How long the call was held for an approval. */
  heldMs?: number | undefined;
  sallyportMs: number;
  upstreamMs?: number | undefined;
}

/** What is known of a call before it ends. */
interface CallFields {
  approval?: { name: string; state: string } | undefined;
  argumentsHmac?: string | undefined;
  decision: AuditDecision;
  method: string | null;
  principal: AuditPrincipal | null;
  prompt?: string | undefined;
  resource?: string | undefined;
  session?: string | undefined;
  time: string;
  tool?: string | undefined;
  traceId: string;
}

/** A call is about to be sent, or is out for long: what is left of it should its gate be killed. */
export interface IntentRecord extends CallFields {
  event: 'intent';
}

export interface DecisionRecord extends CallFields {
  event: 'decision';
  /** `seq` of the intent, in the same stream, that this is the end of. */
  intent?: number | undefined;
  latency: AuditLatency;
  outcome: string;
}

/** Why a file was begun: what the writer itself decided, or what somebody did to the file before. */
export type BeginReason = 'start' | 'size' | 'age' | 'moved' | 'removed' | 'truncated';

export interface Continues {
  /** Name of the file whose last line the next one is linked to, where the writer knows it. */
  file?: string | undefined;
  reason: BeginReason;
}

export interface Released {
  bytes: number;
  /** Name of the file that is deleted after this line is on the disk. */
  file: string;
  /** SHA-256 of its last line. */
  last: string;
}

/** Further refusals of one kind, by nobody who is known, that were counted instead of recorded. */
export interface RefusalCount {
  count: number;
  reason: string;
  /** Address or /64 network; `*` stands for those that were too many to tell apart. */
  source: string;
}

/**
 * What the writer says of itself: a stream begins and ends, a file goes on from another, a file is let go, refusals were counted.
 */
export interface GateRecord {
  /** Of `open` and `continue`. */
  continues?: Continues | undefined;
  event: 'open' | 'close' | 'continue' | 'release' | 'refusals';
  /** Of `refusals`: when counting began. */
  from?: string | undefined;
  refusals?: readonly RefusalCount[] | undefined;
  /** Of `release`. */
  released?: Released | undefined;
  time: string;
}

export type AuditBody = DecisionRecord | IntentRecord | GateRecord;

/** A decision as the caller knows it: `event` is implied and the time is a number. */
export type DecisionInput = Omit<DecisionRecord, 'event' | 'time'> & { time: number };
/** An intent as the caller knows it. */
export type IntentInput = Omit<IntentRecord, 'event' | 'time'> & { time: number };

const NAME_CAP = 256;
const URI_CAP = 2048;
const REASON_CAP = 1024;

/**
 * The body of a decision line. Strings from outside are made well-formed, because a lone surrogate has no UTF-8 and so no
 * stable digest (RFC 8785 §3.2.2.2), and cut, because one call must not be able to fill the disk.
 */
export function decisionRecord(input: DecisionInput): DecisionRecord {
  const { latency } = input;
  return {
    ...callFields(input),
    event: 'decision',
    intent: input.intent,
    latency: {
      heldMs: latency.heldMs === undefined ? undefined : milliseconds(latency.heldMs),
      sallyportMs: milliseconds(latency.sallyportMs),
      upstreamMs: latency.upstreamMs === undefined ? undefined : milliseconds(latency.upstreamMs),
    },
    outcome: clip(input.outcome, NAME_CAP),
  };
}

export function intentRecord(input: IntentInput): IntentRecord {
  return { ...callFields(input), event: 'intent' };
}

function callFields(input: IntentInput): CallFields {
  const { approval, decision, principal } = input;
  return {
    approval:
      approval === undefined
        ? undefined
        : { name: clip(approval.name, NAME_CAP), state: clip(approval.state, NAME_CAP) },
    argumentsHmac: input.argumentsHmac,
    decision: {
      detail: clipIfAny(decision.detail, REASON_CAP),
      effect: decision.effect,
      mode: decision.mode,
      reason: clip(decision.reason, REASON_CAP),
      revision: decision.revision,
      rules: clipAll(decision.rules),
      wouldEffect: decision.wouldEffect,
      wouldRules: decision.wouldRules === undefined ? undefined : clipAll(decision.wouldRules),
    },
    method: input.method === null ? null : clip(input.method, NAME_CAP),
    principal:
      principal === null
        ? null
        : {
            groups: clipAll(principal.groups),
            kind: clip(principal.kind, NAME_CAP),
            name: clip(principal.name, NAME_CAP),
          },
    prompt: clipIfAny(input.prompt, NAME_CAP),
    resource: clipIfAny(input.resource, URI_CAP),
    session: clipIfAny(input.session, NAME_CAP),
    time: isoTime(input.time),
    tool: clipIfAny(input.tool, NAME_CAP),
    traceId: clip(input.traceId, NAME_CAP),
  };
}

/** `continues`: where the first line of the file is linked to the last one of another. */
export function openRecord(time: number, continues?: Continues): GateRecord {
  return { continues, event: 'open', time: isoTime(time) };
}

export function closeRecord(time: number): GateRecord {
  return { event: 'close', time: isoTime(time) };
}

export function continueRecord(time: number, continues: Continues): GateRecord {
  return { continues, event: 'continue', time: isoTime(time) };
}

export function releaseRecord(time: number, released: Released): GateRecord {
  return { event: 'release', released, time: isoTime(time) };
}

export function refusalsRecord(time: number, from: number, refusals: readonly RefusalCount[]): GateRecord {
  return { event: 'refusals', from: isoTime(from), refusals, time: isoTime(time) };
}

/** Well-formed and at most `cap` UTF-16 units of `text`; what was cut off is counted in a visible mark. */
export function clip(text: string, cap: number): string {
  if (text.length <= cap) return text.toWellFormed();
  // A cut between the halves of a surrogate pair would leave a lone one.
  const end = isHighSurrogate(text.charCodeAt(cap - 1)) ? cap - 1 : cap;
  return `${text.slice(0, end).toWellFormed()}…[+${text.length - end}]`;
}

function clipIfAny(text: string | undefined, cap: number): string | undefined {
  return text === undefined ? undefined : clip(text, cap);
}

function clipAll(texts: readonly string[]): readonly string[] {
  // Rule ids and groups come from validated packs and Secrets: nearly always there is nothing to copy.
  for (const text of texts) {
    if (text.length > NAME_CAP || !text.isWellFormed()) return texts.map((item) => clip(item, NAME_CAP));
  }
  return texts;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Microseconds are what the clock gives; more digits would be noise. A number JSON cannot express becomes 0. */
function milliseconds(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : 0;
}

let second = Number.NaN;
let secondText = '';

/** All lines of one second share all but the milliseconds; writing a date anew costs as much as hashing the line. */
function isoTime(milliSinceEpoch: number): string {
  if (!(milliSinceEpoch >= 0)) return new Date(milliSinceEpoch).toISOString();
  const whole = Math.floor(milliSinceEpoch / 1000);
  if (whole !== second) {
    secondText = new Date(whole * 1000).toISOString().slice(0, -'000Z'.length);
    second = whole;
  }
  return `${secondText}${String(Math.floor(milliSinceEpoch - whole * 1000)).padStart(3, '0')}Z`;
}
