/** Every decision becomes one audit line and its metrics, however the call ended. Nothing else happens here. */
import type { Logger } from 'pino';
import type { AnswerRecord, DecisionInput, IntentInput } from '../../core/audit/record.ts';
import type { Target, TargetKind } from '../../core/mcp/catalogue.ts';
import type { Redacted } from '../../core/inspect/content/redact.ts';
import type { ContentVerdict } from '../../core/policy/content/content-plan.ts';
import { chargeOf } from '../../core/policy/history/charge.ts';
import type { Spent } from '../../core/policy/history/rule.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Effect } from '../../core/policy/effect.ts';
import type { Clock } from '../../core/clock.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { History } from '../memory/history/history.ts';
import type { RiskView } from '../memory/history/risk-view.ts';
import type { Leases } from '../memory/history/leases.ts';
import type { DispatchedCalls } from '../memory/dispatched-calls.ts';
import type { PolicySource } from '../policy/source.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import { tellTraffic, type TrafficParts } from './note-traffic.ts';
import { sourceOf } from '../memory/refusal-counts.ts';
import type { Call } from './call.ts';
import type { TraceParts } from './trace-call.ts';

/** The parts of the gate that a record takes. */
export interface RecordParts extends TraceParts, TrafficParts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly policy: PolicySource;
  readonly audit: AuditSink;
  readonly metrics: Metrics;
  /** What came before. */
  readonly history: History;
  /** Who stands where, for people. */
  readonly risk: RiskView;
  /** Places in it that calls hold now. */
  readonly leases: Leases;
  /** With the server now. */
  readonly dispatched: DispatchedCalls<Call>;
}

/** How a call ended. `reason` is the refusal's, where there was one. */
export function record(call: Call, gate: RecordParts, outcome: Outcome, reason: string): void {
  const { course, judgement, sending } = call;
  const doorEnd = sending === undefined ? gate.clock.monotonic() : sending.at;
  // What a person, the server or the network took is theirs; this is what the gate itself added.
  const ownMs = Math.max(0, doorEnd - course.admittedAt - course.heldMs) + course.responseDoorMs;
  const effect = judgement?.verdict?.effect ?? (outcome === 'refused' ? 'Deny' : 'Allow');
  // While nothing can be recorded, what is refused for it is counted: it could fill the memory. An intent has its end, though.
  if (reason !== 'audit-unavailable' || course.intent !== undefined) {
    const input = auditInput(call, gate, outcome, reason, effect, ownMs);
    if (isOfNobodyKnown(call)) gate.audit.refuseUnknown(input, sourceOf(call.request.peer?.remoteAddress));
    else gate.audit.append(input);
  } else gate.audit.lose('refused');
  if (course.traffic !== undefined) tellTraffic(call, gate, outcome, reason);
  // Names that no rule knows are the caller's invention; they must not become label values.
  const target = judgement?.targets[0];
  const known = target !== undefined && judgement?.verdict !== undefined && judgement.verdict.rules.length > 0;
  gate.metrics.decision(known ? target.name : '', effect, outcome, ownMs / 1000, course.span);
  if (outcome === 'refused') gate.metrics.refusal(reason);
  if (judgement?.verdict !== undefined) countFindings(judgement.verdict, gate.metrics);
  if (course.said !== undefined) countFindings(course.said.verdict, gate.metrics);
  if (course.upstreamMs !== undefined) gate.metrics.upstreamSeconds(course.upstreamMs / 1000, course.span);
}

export function countFindings({ findings, would }: Verdict, metrics: Metrics): void {
  for (const { detector } of findings) metrics.finding(detector, 'Enforce');
  if (would !== undefined) for (const { detector } of would.findings) metrics.finding(detector, 'Shadow');
}

/** Why there is a record of a call before its end. */
export type IntentReason = 'approved' | 'audit-required' | 'still-open';

/** Records that a call is, or is about to be, with the server; `durable` is called once that is on the disk, or cannot be. */
export function recordIntent(
  call: Call,
  gate: RecordParts,
  reason: IntentReason,
  durable?: (error?: Error) => void,
): void {
  const effect = call.judgement?.verdict?.effect ?? 'Allow';
  call.course.intent = gate.audit.intend(callInput(call, gate, reason, effect), durable);
}

/**
 * Refused before anybody knew who it is, or, where callers need not be known, before a rule was asked. Anybody can send these
 * without end, so they must not fill the log.
 */
function isOfNobodyKnown({ principal, judgement, sending }: Call): boolean {
  if (sending !== undefined || judgement?.verdict !== undefined) return false;
  return principal === undefined || principal.kind === 'anonymous';
}

/** What a server asked of its client; `refused` says why it was not let through. */
export function recordAsk(
  call: Call,
  gate: RecordParts,
  method: string,
  decision: Verdict | undefined,
  refused: string | undefined,
): void {
  const effect = decision?.effect ?? (refused === undefined ? 'Allow' : 'Deny');
  gate.audit.append({
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method,
    session: call.session?.id,
    span: call.course.span ?? call.parent,
    decision: {
      effect,
      mode: 'Enforce',
      reason: refused ?? 'forwarded',
      revision: gate.policy.current()?.revision ?? call.policy?.revision ?? null,
      rules: decision?.rules ?? [],
      findings: decision?.findings,
      wouldEffect: decision?.would?.effect,
      wouldFindings: decision?.would?.findings,
      wouldRules: decision?.would?.rules,
    },
    outcome: refused === undefined ? 'asked' : 'refused',
    latency: { sallyportMs: 0 },
  });
  gate.metrics.decision('', effect, refused === undefined ? 'asked' : 'refused', undefined);
  if (refused !== undefined) gate.metrics.refusal(refused);
}

/** An answer of the server that nobody waits for was dropped. */
export function recordUnasked(call: Call, gate: RecordParts): void {
  if (gate.audit.state !== 'ok') return gate.audit.lose('decision');
  gate.audit.append({
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method: 'response',
    session: call.session?.id,
    span: call.course.span ?? call.parent,
    decision: {
      effect: 'Deny',
      mode: 'Enforce',
      reason: 'unasked-answer',
      revision: gate.policy.current()?.revision ?? call.policy?.revision ?? null,
      rules: [],
    },
    outcome: 'refused',
    latency: { sallyportMs: 0 },
  });
}

/** Something was found in what a server said on a stream whose own call is on record already. */
export function recordContent(call: Call, gate: RecordParts, found: ContentVerdict): void {
  if (gate.audit.state !== 'ok') return gate.audit.lose('decision');
  const { effect } = found.verdict;
  gate.audit.append({
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method: 'response',
    session: call.session?.id,
    span: call.course.span ?? call.parent,
    decision: {
      answer: answerOf(found),
      effect,
      mode: 'Enforce',
      reason: effect === 'Deny' ? 'denied' : 'forwarded',
      revision: gate.policy.current()?.revision ?? call.policy?.revision ?? null,
      rules: found.verdict.rules,
    },
    outcome: effect === 'Deny' ? 'refused' : 'answered',
    latency: { sallyportMs: 0 },
  });
}

function answerOf({ verdict, redacted }: ContentVerdict): AnswerRecord {
  const { effect, findings, rules, would } = verdict;
  return {
    effect,
    findings,
    redacted: countsOf(redacted),
    rules,
    wouldEffect: would?.effect,
    wouldFindings: would?.findings,
    wouldRules: would?.rules,
  };
}

function countsOf(redacted: Redacted | undefined): Record<string, number> | undefined {
  return redacted === undefined || redacted.size === 0 ? undefined : Object.fromEntries(redacted);
}

function auditInput(
  call: Call,
  gate: RecordParts,
  outcome: Outcome,
  reason: string,
  effect: Effect,
  sallyportMs: number,
): DecisionInput {
  const input = callInput(call, gate, reason, effect) as DecisionInput;
  const { intent, upstreamMs, heldMs, answerBytes, requestBytes } = call.course;
  input.intent = intent;
  input.cost = chargeOf(call.course.past?.spent ?? NOTHING_SPENT);
  input.outcome = outcome;
  input.cacheAgeMs = call.course.keptMs;
  // Of a stream, or of what was refused before it was read, there is nothing to say.
  if (requestBytes > 0) input.bytes = { answer: answerBytes, request: requestBytes };
  input.latency = { sallyportMs, upstreamMs, heldMs: heldMs === 0 ? undefined : heldMs };
  return input;
}

function callInput(call: Call, gate: RecordParts, reason: string, effect: Effect): IntentInput {
  const { request, reading, judgement, course } = call;
  const verdict = judgement?.verdict;
  const targets = judgement?.targets ?? NO_TARGETS;
  const { approval, said } = course;
  return {
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method: call.methodName ?? (reading?.head?.kind === 'response' ? 'response' : request.httpMethod),
    tool: nameOf(targets, 'tool'),
    resource: nameOf(targets, 'resource'),
    prompt: nameOf(targets, 'prompt'),
    session: call.session?.id,
    span: call.course.span ?? call.parent,
    argumentsHmac: judgement?.argumentsHmac,
    approval: approval && {
      by: approval.decidedBy,
      grant: approval.grant && { use: approval.grant.uses, uses: approval.grant.maxUses },
      name: approval.name,
      reason: approval.reason,
      state: approval.state,
    },
    decision: {
      answer: said === undefined ? undefined : answerOf(said),
      detail: course.detail,
      effect,
      mode: 'Enforce',
      reason,
      redacted: countsOf(judgement?.redacted),
      revision: call.policy?.revision ?? null,
      rules: verdict?.rules ?? [],
      findings: course.brought.length === 0 ? verdict?.findings : [...(verdict?.findings ?? []), ...course.brought],
      wouldEffect: verdict?.would?.effect,
      wouldFindings: verdict?.would?.findings,
      wouldRules: verdict?.would?.rules,
    },
  };
}

const NOTHING_SPENT: readonly Spent[] = [];
const NO_TARGETS: readonly Target[] = [];

/** A subscription may name several resources; the line shows them all. */
function nameOf(targets: readonly Target[], kind: TargetKind): string | undefined {
  const first = targets[0];
  if (first === undefined || first.kind !== kind) return undefined;
  return targets.length === 1 ? first.name : targets.map((target) => target.name).join(' ');
}
