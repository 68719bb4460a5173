/**
 * What the call adds to the past is written, all of it or, where something does not hold any more, nothing: two calls that could each
 * have the last place are told apart here. Counted is what is sent; one that fails behind this point has been counted.
 */
import type { Outcome } from '../../../core/history/ops.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import type { Judged } from '../../../core/policy/history/rule.ts';
import { strictestOf } from '../../../core/policy/strictest.ts';
import type { JudgedCall } from '../../call/call.ts';
import { countLimited, limitedRefusal } from '../../call/limited.ts';
import { countSpent } from '../../call/spent.ts';
import { isLater } from '../../memory/history/history.ts';
import type { Past } from '../../memory/history/past.ts';
import type { PathParts } from '../parts.ts';
import { Looking } from '../steps/looking.ts';
import type { Wait } from '../walk.ts';

type Parts = Pick<PathParts, 'history' | 'leases' | 'clock' | 'metrics' | 'log'>;

export function takeHistory(call: JudgedCall, gate: Parts): Refusal | Wait | undefined {
  const { past, approval } = call.course;
  if (past === undefined || past.isTaken) return undefined;
  const outcome = past.apply(gate.history, 'Take', approval !== undefined);
  return isLater(outcome)
    ? new Looking(outcome, (found) => taken(call, past, found, gate), gate.log)
    : taken(call, past, outcome, gate);
}

function taken(call: JudgedCall, past: Past, outcome: Outcome | undefined, gate: Parts): Refusal | undefined {
  const { clock, metrics, leases } = gate;
  if (outcome === undefined) return refuse('history-unavailable');
  if (outcome.holds) {
    countSpent(call, past.take(outcome), gate);
    leases.hold(past);
    return undefined;
  }
  const isApproved = call.course.approval !== undefined;
  const now = clock.now();
  const against = past
    .judge(outcome, now)
    .filter(({ part, judged }) => !part.shadow && stops(judged, isApproved && past.wasHeld(part)));
  countLimited(against, metrics);
  // What was allowed a moment ago and would now be held for a person has not been agreed to by anybody.
  const verdict = strictestOf(against.map(({ judged }) => ({ ...judged.verdict, effect: 'Deny' as const })));
  const { proof } = call.entry;
  return limitedRefusal(
    call,
    against.map(({ judged }) => judged),
    verdict,
    proof.principal,
    call.reading.policy,
    now,
  );
}

/** What is only put on record stands in nobody's way, nor what a person has agreed to. */
function stops({ verdict }: Judged, isAgreed: boolean): boolean {
  return verdict.effect === 'Deny' || (verdict.effect === 'RequireApproval' && !isAgreed);
}
