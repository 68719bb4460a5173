/** What a server says of itself, or of what it offers, was left out or marked: a line of its own, because no call of a client is about it. */
import type { Verdict } from '../../core/policy/verdict.ts';
import type { SeenDefinition } from '../memory/definitions.ts';
import type { Call } from './call.ts';
import type { RecordParts } from './record.ts';

/** `call`: whose answer had it. */
export function recordDefinition(
  call: Call,
  gate: RecordParts,
  { kind, name, digest }: SeenDefinition,
  verdict: Verdict,
): void {
  const isLeftOut = verdict.effect === 'Deny';
  gate.audit.append({
    time: gate.clock.now(),
    traceId: call.traceId,
    principal: call.principal ?? null,
    method: call.methodName ?? 'response',
    tool: kind === 'tool' ? name : undefined,
    resource: kind === 'resource' || kind === 'resourceTemplate' ? name : undefined,
    prompt: kind === 'prompt' ? name : undefined,
    session: call.session?.id,
    decision: {
      detail: digest,
      effect: verdict.effect,
      mode: 'Enforce',
      reason: isLeftOut ? 'definition-left-out' : 'definition-shown',
      revision: gate.policy.current()?.revision ?? call.policy?.revision ?? null,
      rules: verdict.rules,
      findings: verdict.findings,
      wouldEffect: verdict.would?.effect,
      wouldFindings: verdict.would?.findings,
      wouldRules: verdict.would?.rules,
    },
    outcome: isLeftOut ? 'refused' : 'answered',
    latency: { sallyportMs: 0 },
  });
  gate.metrics.decision('', verdict.effect, isLeftOut ? 'refused' : 'answered', undefined);
  for (const { detector } of verdict.findings) gate.metrics.finding(detector, 'Enforce');
  for (const { detector } of verdict.would?.findings ?? []) gate.metrics.finding(detector, 'Shadow');
}
