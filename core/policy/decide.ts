/** decide(policy, principal, target) → decision: pure, and the only place where rules become an answer. */
import type { Target } from '../mcp/catalogue.ts';
import { checkArguments } from './check-arguments.ts';
import type { ApprovalTerms } from './bundle.ts';
import type { Decision } from './decision.ts';
import { type Effect, isStricter } from './effect.ts';
import { Inspection, Meter } from './inspection.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { IndexedRule, RuleGroup, RuleIndex } from './rule-index.ts';
import { uriViews, workOfUri } from './uri-views.ts';

/**
 * The strictest decision over all targets a call names; a call that names none has nothing a policy could forbid. `inspection` bounds
 * the work; without one, as in tools, it takes as long as it takes.
 */
export function decide(
  policy: Policy,
  principal: Principal,
  targets: readonly Target[],
  inspection?: Inspection,
): Decision {
  // A single name costs little that the meter does not know; it need not look at the clock.
  const first = targets[0];
  const isTimed = targets.length > 1 || (first !== undefined && policy.index(first.kind).hasChecks);
  return inspection === undefined || !isTimed
    ? decideAll(policy, principal, targets, inspection)
    : inspection.time(() => decideAll(policy, principal, targets, inspection));
}

function decideAll(
  policy: Policy,
  principal: Principal,
  targets: readonly Target[],
  inspection: Inspection | undefined,
): Decision {
  const first = targets[0];
  if (first === undefined) return NOTHING_TO_DECIDE;
  if (targets.length === 1) return decideTarget(policy, principal, first, inspection);
  let strictest: Decision | undefined;
  for (const target of targets) {
    const decision = { ...decideTarget(policy, principal, target, inspection), target };
    // Not merged into NOTHING_TO_DECIDE: that one allows as well, and the rules that did would be lost.
    strictest = strictest === undefined ? decision : stricterOf(strictest, decision);
    if (inspection?.enforced.exhausted === true) return decision;
  }
  return strictest ?? NOTHING_TO_DECIDE;
}

/** No name that can be called is longer, and matching takes time for each character (MAX_NAME_LENGTH of the catalogue). */
const MAX_NAME_LENGTH = 1024;

export function decideTarget(policy: Policy, principal: Principal, target: Target, inspection?: Inspection): Decision {
  if (target.kind !== 'resource') {
    if (target.name.length > MAX_NAME_LENGTH)
      return unreadable(`the name is longer than ${MAX_NAME_LENGTH} characters`);
    return decideName(policy, principal, target, target.name, inspection);
  }
  if (inspection?.enforced.spend(workOfUri(target.name)) === false) return OVER_BUDGET;
  const reading = uriViews(target.name);
  if ('problem' in reading) return unreadable(reading.problem);
  let strictest: Decision | undefined;
  for (const view of reading.views) {
    const decision = decideName(policy, principal, target, view, inspection);
    strictest = strictest === undefined ? decision : stricterOf(strictest, decision);
  }
  for (const view of reading.reduced) {
    const decision = decideName(policy, principal, target, view, inspection);
    // Rules for the full spelling have allowed it; here only what forbids counts.
    if (decision.cause !== 'no-rule') strictest = strictest === undefined ? decision : stricterOf(strictest, decision);
  }
  return strictest ?? NO_RULE;
}

const NOTHING_TO_DECIDE: Decision = {
  effect: 'Allow',
  cause: 'rule',
  rules: [],
  detail: undefined,
  approval: undefined,
  would: undefined,
};

const NO_RULE: Decision = { ...NOTHING_TO_DECIDE, effect: 'Deny', cause: 'no-rule' };

/** Nothing is known of what was not looked at. */
const OVER_BUDGET: Decision = { ...NO_RULE, cause: 'inspection-budget' };

function unreadable(problem: string): Decision {
  return { ...NO_RULE, cause: 'unreadable-target', detail: problem };
}

function stricterOf(a: Decision, b: Decision): Decision {
  const winner = isStricter(b.effect, a.effect) ? b : a;
  const would = wouldOf(a, b);
  if (a.effect !== 'RequireApproval' || b.effect !== 'RequireApproval') {
    return winner.would === would ? winner : { ...winner, would };
  }
  return { ...a, rules: sortedUnion(a.rules, b.rules), approval: minimumOf(a.approval, b.approval), would };
}

function wouldOf(a: Decision, b: Decision): Decision['would'] {
  if (a.would === undefined || b.would === undefined) return a.would ?? b.would;
  return isStricter(b.would.effect, a.would.effect) ? b.would : a.would;
}

function decideName(
  policy: Policy,
  principal: Principal,
  target: Target,
  name: string,
  inspection: Inspection | undefined,
): Decision {
  const index = policy.index(target.kind);
  const groups = index.find(name, inspection?.enforced);
  if (inspection?.enforced.exhausted === true) return OVER_BUDGET;
  if (target.args !== undefined || inspection === undefined)
    return decideByRules(index, groups, principal, target.args, inspection);
  return inspection.decided(groups, () => decideByRules(index, groups, principal, undefined, inspection));
}

/** Collects what the matching rules say and keeps the strictest, apart for enforced rules and for those in shadow. */
function decideByRules(
  index: RuleIndex,
  groups: readonly RuleGroup[],
  principal: Principal,
  args: Target['args'],
  inspection: Inspection | undefined,
): Decision {
  let rules = 0;
  for (const group of groups) rules += group.length;
  if (inspection?.enforced.spend(rules) === false) return OVER_BUDGET;
  const enforced = new Tally();
  tally(enforced, false, index, groups, principal, args, inspection);
  if (inspection?.enforced.exhausted === true) return OVER_BUDGET;
  let would: Decision['would'];
  if (index.hasShadow) {
    const shadow = new Tally();
    // Last, and on a budget of their own: what they cost must not refuse anything.
    tally(shadow, true, index, groups, principal, args, inspection);
    if (shadow.effect !== undefined && isStricter(shadow.effect, enforced.effect ?? 'Deny'))
      would = { effect: shadow.effect, rules: sortedUnion(shadow.rules, []) };
  }
  if (enforced.effect === undefined) return NO_RULE;
  return {
    effect: enforced.effect,
    cause: enforced.violation === undefined ? 'rule' : 'argument',
    rules: sortedUnion(enforced.rules, []),
    detail: enforced.violation ?? enforced.reason,
    approval: enforced.effect === 'RequireApproval' ? enforced.approval : undefined,
    would,
  };
}

function tally(
  into: Tally,
  shadow: boolean,
  index: RuleIndex,
  groups: readonly RuleGroup[],
  principal: Principal,
  args: Target['args'],
  inspection: Inspection | undefined,
): void {
  for (const group of groups) {
    for (const indexed of group) {
      if (indexed.shadow !== shadow || !appliesTo(indexed, principal)) continue;
      let violation: string | undefined;
      if (indexed.checks !== null && args !== undefined) {
        const used = inspection ?? new Inspection(UNTIMED);
        const meter = inspection === undefined ? UNBOUNDED : shadow ? used.shadow : used.enforced;
        violation = checkArguments(indexed.checks, index.checks, args, used, meter);
        if (meter.exhausted && !shadow) return;
      }
      into.count(indexed, violation);
    }
  }
}

const UNTIMED = { monotonic: (): number => 0 };
const UNBOUNDED = new Meter(Infinity, () => false);

function appliesTo(indexed: IndexedRule, principal: Principal): boolean {
  if (indexed.names === null || indexed.groups === null) return true;
  if (indexed.names.has(principal.name)) return true;
  for (const group of principal.groups) if (indexed.groups.has(group)) return true;
  return false;
}

class Tally {
  effect: Effect | undefined = undefined;
  rules: string[] = [];
  approval: ApprovalTerms | undefined = undefined;
  violation: string | undefined = undefined;
  reason: string | undefined = undefined;

  /** A broken argument check denies, whatever the rule's effect is: a rule that allows within bounds forbids outside them. */
  count(indexed: IndexedRule, violation: string | undefined): void {
    const { rule } = indexed;
    const effect = violation === undefined ? rule.effect : 'Deny';
    if (this.effect === undefined || isStricter(effect, this.effect)) {
      this.effect = effect;
      this.rules = [];
      this.violation = undefined;
      this.reason = undefined;
    } else if (effect !== this.effect) {
      return;
    }
    this.rules.push(rule.id);
    this.violation = leastOf(this.violation, violation);
    this.reason = leastOf(this.reason, rule.reason ?? undefined);
    if (rule.approval !== null) this.approval = minimumOf(this.approval, rule.approval);
  }
}

/** One of several sentences must be shown; the choice must not depend on the order of rules. */
export function leastOf(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** Limits take the minimum. */
function minimumOf(a: ApprovalTerms | undefined, b: ApprovalTerms | undefined): ApprovalTerms | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { expiresMs: Math.min(a.expiresMs, b.expiresMs), holdMs: Math.min(a.holdMs, b.holdMs) };
}

function sortedUnion(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0 && a.length <= 1) return a;
  return [...new Set([...a, ...b])].sort();
}
