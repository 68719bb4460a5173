/**
 * decide(policy, context) → verdict: pure, and the only place where rules become an answer.
 *
 * The meter of inspection is given, since it bounds the work while it is being done. Nothing else is taken from anybody here: what a
 * verdict costs its principal (an approval today, limits later) is among the obligations that are returned, and taken where the message
 * is sent.
 */
import type { Facts } from '../conditions/frame.ts';
import type { Target } from '../mcp/catalogue.ts';
import { lookedAt } from './by-detectors.ts';
import { type Asked, decideByRules } from './by-rules.ts';
import { type Context, factsOf, type Moment } from './context.ts';
import type { Inspection } from './inspection.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { RuleIndex } from './rule-index.ts';
import { Strictest } from './strictest.ts';
import { about, isNoRule, NO_RULE, NOTHING_TO_DECIDE, OVER_BUDGET, unreadable, type Verdict } from './verdict.ts';

/** Over all targets that a message names; one that names none has nothing a policy could forbid. */
export function decide(policy: Policy, context: Context): Verdict {
  const { targets, inspection } = context;
  const first = targets[0];
  if (first === undefined) return NOTHING_TO_DECIDE;
  // A single name costs little that the meter does not know; it need not look at the clock.
  if (inspection === undefined || (targets.length === 1 && !policy.index(first.kind).hasChecks))
    return decideTargets(policy, context);
  return inspection.time(() => decideTargets(policy, context));
}

function decideTargets(policy: Policy, { principal, targets, inspection, moment }: Context): Verdict {
  const first = targets[0];
  if (first !== undefined && targets.length === 1) return decideTarget(policy, principal, first, inspection, moment);
  const strictest = new Strictest();
  for (const target of targets) {
    strictest.add(about(target, decideTarget(policy, principal, target, inspection, moment)));
    if (inspection?.enforced.exhausted === true) break;
  }
  return strictest.verdict() ?? NOTHING_TO_DECIDE;
}

/** By the rules for its name, and by the detectors of packs. */
export function decideTarget(
  policy: Policy,
  principal: Principal,
  target: Target,
  inspection?: Inspection,
  moment?: Moment,
): Verdict {
  const index = policy.index(target.kind);
  const facts = index.hasConditions ? factsOf(policy, principal, moment) : undefined;
  const verdict = decideNames(index, principal, target, inspection, facts);
  return index.detectors.length === 0 ? verdict : lookedAt(verdict, index.detectors, target, inspection, facts);
}

/** In every way that a server may read the name. */
function decideNames(
  index: RuleIndex,
  principal: Principal,
  target: Target,
  inspection: Inspection | undefined,
  facts: Facts | undefined,
): Verdict {
  const { name, args } = target;
  if (inspection?.enforced.spend(index.names.workOf(name)) === false) return OVER_BUDGET;
  const reading = index.names.read(name);
  if (reading === undefined) return decideName(index, principal, name, args, inspection, facts);
  if ('problem' in reading) return unreadable(reading.problem);
  const strictest = new Strictest();
  for (const view of reading.views) strictest.add(decideName(index, principal, view, args, inspection, facts));
  for (const view of reading.reduced) {
    const verdict = decideName(index, principal, view, args, inspection, facts);
    // Rules for the full spelling have allowed it; here only what forbids counts.
    if (!isNoRule(verdict)) strictest.add(verdict);
  }
  return strictest.verdict() ?? NO_RULE;
}

function decideName(
  index: RuleIndex,
  principal: Principal,
  name: string,
  args: Target['args'],
  inspection: Inspection | undefined,
  facts: Facts | undefined,
): Verdict {
  const groups = index.find(name, inspection?.enforced);
  if (inspection?.enforced.exhausted === true) return OVER_BUDGET;
  const asked: Asked = { principal, name, args, facts };
  if (args !== undefined || inspection === undefined || index.readsNames)
    return decideByRules(index, groups, asked, inspection);
  return inspection.decided(groups, () => decideByRules(index, groups, asked, inspection));
}
