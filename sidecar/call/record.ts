/** Last step: every decision becomes one audit line and its metrics, however the call ended. */
import type { DecisionInput, IntentInput } from '../../core/audit/record.ts';
import type { Target, TargetKind } from '../../core/mcp/catalogue.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Effect } from '../../core/policy/effect.ts';
import type { Clock } from '../../core/clock.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { DispatchedCalls } from '../memory/dispatched-calls.ts';
import type { PolicySource } from '../policy/source.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import { sourceOf } from '../memory/refusal-counts.ts';
import type { Call } from './call.ts';

/** The parts of the gate that a record takes. */
export interface RecordParts {
  readonly clock: Clock;
  readonly policy: PolicySource;
  readonly audit: AuditSink;
  readonly metrics: Metrics;
  /** With the server now. */
  readonly dispatched: DispatchedCalls<Call>;
}

/** Records a call once; later calls for the same one do nothing. `reason` is the refusal's, where there was one. */
export function record(call: Call, gate: RecordParts, outcome: Outcome, reason: string): void {
  if (call.recorded) return;
  call.recorded = true;
  // Over HTTP+SSE the answer comes later, on the session's stream, and the id is taken until then.
  const answersLater = outcome === 'accepted' && call.session?.transport !== undefined;
  if (answersLater) awaitAnswer(call);
  else call.asked?.leave();
  call.room?.recorded();
  call.onRecorded?.();
  if (call.openIn !== undefined) {
    call.openIn.inUse--;
    call.openIn.lastUsed = gate.clock.monotonic();
  }
  const doorEnd = call.forwardedAt === 0 ? gate.clock.monotonic() : call.forwardedAt;
  // What a person, the server or the network took is theirs; this is what the gate itself added.
  const ownMs = Math.max(0, doorEnd - call.admittedAt - call.heldMs) + call.responseDoorMs;
  const target = call.targets[0];
  const effect = call.decision?.effect ?? (outcome === 'refused' ? 'Deny' : 'Allow');
  if (call.forwardedAt !== 0) gate.dispatched.delete(call);
  // While nothing can be recorded, what is refused for it is only counted: it could fill the memory. An intent has its end, though.
  if (reason !== 'audit-unavailable' || call.intent !== undefined) {
    const input = auditInput(call, gate, outcome, reason, effect, ownMs);
    if (isOfNobodyKnown(call)) gate.audit.refuseUnknown(input, sourceOf(call.peer?.remoteAddress));
    else gate.audit.append(input);
  }
  // Names that no rule knows are the caller's invention; they must not become label values.
  const known = target !== undefined && call.decision !== undefined && call.decision.rules.length > 0;
  gate.metrics.decision(known ? target.name : '', effect, outcome, ownMs / 1000);
  if (outcome === 'refused') gate.metrics.refusal(reason);
  if (call.upstreamMs !== undefined) gate.metrics.upstreamSeconds(call.upstreamMs / 1000);
}

/** The server works on it until then, so it is in flight, however early its POST was answered. With its stream it ends, too. */
function awaitAnswer({ asked, room, session }: Call): void {
  // The answer may have come before the server said that it took the message.
  if (asked?.isOpen !== true || room === undefined || session === undefined) return;
  const answered = (): void => {
    session.atEnd.delete(answered);
    room.answered();
  };
  room.answersLater();
  asked.onClosed = answered;
  session.atEnd.add(answered);
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
  call.intent = gate.audit.intend(callInput(call, gate, reason, call.decision?.effect ?? 'Allow'), durable);
}

/**
 * Refused before anybody knew who it is, or, where callers need not be known, before a rule was asked. Anybody can send these
 * without end, so they must not fill the log.
 */
function isOfNobodyKnown({ principal, decision, forwardedAt }: Call): boolean {
  if (forwardedAt !== 0 || decision !== undefined) return false;
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
    decision: {
      effect,
      mode: 'Enforce',
      reason: refused ?? 'forwarded',
      revision: gate.policy.current()?.revision ?? call.policy?.revision ?? null,
      rules: decision?.rules ?? [],
      wouldEffect: decision?.would?.effect,
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
  if (gate.audit.state !== 'ok') return;
  gate.audit.append({
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method: 'response',
    session: call.session?.id,
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

function auditInput(
  call: Call,
  gate: RecordParts,
  outcome: Outcome,
  reason: string,
  effect: Effect,
  sallyportMs: number,
): DecisionInput {
  const input = callInput(call, gate, reason, effect) as DecisionInput;
  input.intent = call.intent;
  input.outcome = outcome;
  input.latency = { sallyportMs, upstreamMs: call.upstreamMs, heldMs: call.heldMs === 0 ? undefined : call.heldMs };
  return input;
}

function callInput(call: Call, gate: RecordParts, reason: string, effect: Effect): IntentInput {
  const { decision, targets } = call;
  return {
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method: call.methodName ?? (call.message?.kind === 'response' ? 'response' : call.httpMethod),
    tool: nameOf(targets, 'tool'),
    resource: nameOf(targets, 'resource'),
    prompt: nameOf(targets, 'prompt'),
    session: call.session?.id,
    argumentsHmac: call.argumentsHmac,
    approval: call.approval,
    decision: {
      detail: call.detail,
      effect,
      mode: 'Enforce',
      reason,
      revision: call.policy?.revision ?? null,
      rules: decision?.rules ?? [],
      wouldEffect: decision?.would?.effect,
      wouldRules: decision?.would?.rules,
    },
  };
}

/** A subscription may name several resources; the line shows them all. */
function nameOf(targets: readonly Target[], kind: TargetKind): string | undefined {
  const first = targets[0];
  if (first === undefined || first.kind !== kind) return undefined;
  return targets.length === 1 ? first.name : targets.map((target) => target.name).join(' ');
}
