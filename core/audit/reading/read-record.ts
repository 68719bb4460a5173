/** A line of an audit file as people ask for it. It is taken for what it says: whether it is what was written, verify.ts says. */
import { type Effect, EFFECTS } from '../../api/effects.ts';
import { isoTime } from '../times.ts';

export interface FoundThere {
  readonly detector: string;
  readonly reason: string;
  readonly pointer: string;
  readonly rule: string;
}

/** What was decided on a call, or on what its server said. */
export interface Decided {
  readonly effect: Effect;
  readonly rules: readonly string[];
  readonly findings: readonly FoundThere[];
  /** By kind, how often. */
  readonly redacted: Readonly<Record<string, number>>;
  readonly wouldEffect: Effect | undefined;
  readonly wouldRules: readonly string[];
  readonly wouldFindings: readonly FoundThere[];
}

export interface AuditRecord {
  readonly event: string;
  readonly seq: number;
  readonly stream: string;
  readonly server: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly traceId: string;
  readonly session: string;
  readonly method: string;
  /** Tool, resource or prompt; else the method. */
  readonly target: string;
  readonly principal: { readonly name: string; readonly kind: string; readonly groups: readonly string[] } | undefined;
  readonly outcome: string;
  readonly reason: string;
  readonly detail: string;
  readonly revision: string;
  readonly approval:
    | {
        readonly name: string;
        readonly state: string;
        readonly by: string;
        readonly reason: string;
        readonly grant?: { readonly use: number; readonly uses: number };
      }
    | undefined;
  readonly bytes: { readonly request: number; readonly answer: number } | undefined;
  /** By which budget, and what its credits cost: a decimal number, empty where they have no price. */
  readonly cost:
    | { readonly budget: string; readonly credits: number; readonly amount: string; readonly currency: string }
    | undefined;
  readonly heldMs: number | undefined;
  readonly sallyportMs: number | undefined;
  readonly upstreamMs: number | undefined;
  /** All that the line says, for what only one event has. */
  readonly body: Json;
  /** Of decisions and intents. */
  readonly call: Decided | undefined;
  readonly answer: Decided | undefined;
}

export type Json = Readonly<Record<string, unknown>>;

const PARTS = ['decision', 'latency', 'principal', 'approval', 'bytes', 'cost'] as const;

/** Undefined for what is no record. Fields that are absent, or of another kind, are empty. */
export function readRecord(line: string): AuditRecord | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isJson(json) || typeof json['event'] !== 'string' || typeof json['seq'] !== 'number') return undefined;
  const time = Date.parse(textIn(json['time']));
  if (Number.isNaN(time)) return undefined;
  const [decision, latency, principal, approval, bytes, cost] = PARTS.map((name) => {
    const part = json[name];
    return isJson(part) ? part : undefined;
  });
  const method = textIn(json['method']);
  const target = [json['tool'], json['resource'], json['prompt']].map(textIn).find((name) => name !== '') ?? method;
  return {
    event: json['event'],
    seq: json['seq'],
    stream: textIn(json['stream']),
    server: textIn(json['server']),
    time,
    traceId: textIn(json['traceId']),
    session: textIn(json['session']),
    method,
    target,
    principal: principal && {
      name: textIn(principal['name']),
      kind: textIn(principal['kind']),
      groups: textsIn(principal['groups']),
    },
    outcome: textIn(json['outcome']),
    reason: textIn(decision?.['reason']),
    detail: textIn(decision?.['detail']),
    revision: textIn(decision?.['revision']),
    approval: approval && {
      name: textIn(approval['name']),
      state: textIn(approval['state']),
      by: textIn(approval['by']),
      reason: textIn(approval['reason']),
      ...grantIn(approval['grant']),
    },
    bytes: bytes && { request: numberIn(bytes['request']) ?? 0, answer: numberIn(bytes['answer']) ?? 0 },
    cost: cost && {
      budget: textIn(cost['budget']),
      credits: numberIn(cost['credits']) ?? 0,
      amount: textIn(cost['amount']),
      currency: textIn(cost['currency']),
    },
    heldMs: numberIn(latency?.['heldMs']),
    sallyportMs: numberIn(latency?.['sallyportMs']),
    upstreamMs: numberIn(latency?.['upstreamMs']),
    body: json,
    call: decision && decidedIn(decision),
    answer: isJson(decision?.['answer']) ? decidedIn(decision['answer']) : undefined,
  };
}

/** As the line has it. */
export function timeText({ time }: AuditRecord): string {
  return isoTime(time);
}

/** The stricter of both sides, and all rules that carry something. */
export function effectOf({ call, answer }: AuditRecord): Effect | undefined {
  const at = Math.max(...[call, answer].map((side) => (side === undefined ? -1 : EFFECTS.indexOf(side.effect))));
  return EFFECTS[at];
}

export function rulesOf({ call, answer }: AuditRecord): string[] {
  return [...new Set([...(call?.rules ?? []), ...(answer?.rules ?? [])])];
}

export function findingsOf({ call, answer }: AuditRecord): FoundThere[] {
  return [...(call?.findings ?? []), ...(answer?.findings ?? [])];
}

function decidedIn(json: Json): Decided {
  const redacted = isJson(json['redacted']) ? Object.entries(json['redacted']) : [];
  return {
    effect: effectIn(json['effect']) ?? 'Allow',
    rules: textsIn(json['rules']),
    findings: foundIn(json['findings']),
    redacted: Object.fromEntries(
      redacted.flatMap(([kind, times]) => (typeof times === 'number' ? [[kind, times]] : [])),
    ),
    wouldEffect: effectIn(json['wouldEffect']),
    wouldRules: textsIn(json['wouldRules']),
    wouldFindings: foundIn(json['wouldFindings']),
  };
}

function foundIn(list: unknown): FoundThere[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isJson).map((found) => ({
    detector: textIn(found['detector']),
    reason: textIn(found['reason']),
    pointer: textIn(found['pointer']),
    rule: textIn(found['rule']),
  }));
}

function effectIn(value: unknown): Effect | undefined {
  return EFFECTS.find((effect) => effect === value);
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function grantIn(value: unknown): { grant?: { use: number; uses: number } } {
  if (!isJson(value)) return {};
  return { grant: { use: numberIn(value['use']) ?? 0, uses: numberIn(value['uses']) ?? 0 } };
}
