/** decide(policy, principal, target) → decision: pure, and the only place where rules become an answer. */
import type { Target } from '../mcp/catalogue.ts';
import { checkArguments } from './check-arguments.ts';
import type { ApprovalTerms } from './bundle.ts';
import type { Decision } from './decision.ts';
import { type Effect, isStricter } from './effect.ts';
import type { Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import type { IndexedRule } from './rule-index.ts';
import { uriViews } from './uri-views.ts';

/** The strictest decision over all targets a call names; a call that names none has nothing a policy could forbid. */
export function decide(policy: Policy, principal: Principal, targets: readonly Target[]): Decision {
  let strictest: Decision | undefined;
  for (const target of targets) {
    const decision = decideTarget(policy, principal, target);
    // Not merged into NOTHING_TO_DECIDE: that one allows as well, and the rules that did would be lost.
    strictest = strictest === undefined ? decision : stricterOf(strictest, decision);
  }
  return strictest ?? NOTHING_TO_DECIDE;
}

export function decideTarget(policy: Policy, principal: Principal, target: Target): Decision {
  if (target.kind !== 'resource') return decideName(policy, principal, target, target.name);
  const reading = uriViews(target.name);
  if ('problem' in reading) return unreadable(reading.problem);
  let strictest: Decision | undefined;
  for (const view of reading.views) {
    const decision = decideName(policy, principal, target, view);
    strictest = strictest === undefined ? decision : stricterOf(strictest, decision);
  }
  for (const view of reading.reduced) {
    const decision = decideName(policy, principal, target, view);
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

/** Collects what the matching rules say and keeps the strictest, apart for enforced rules and for all rules. */
function decideName(policy: Policy, principal: Principal, target: Target, name: string): Decision {
  const enforced = new Tally();
  const all = new Tally();
  for (const indexed of policy.index(target.kind).find(name)) {
    if (!appliesTo(indexed, principal)) continue;
    const violation = checkArguments(indexed.rule, target);
    if (!indexed.shadow) enforced.count(indexed, violation);
    all.count(indexed, violation);
  }
  const would =
    all.effect !== undefined && isStricter(all.effect, enforced.effect ?? 'Deny')
      ? { effect: all.effect, rules: sortedUnion(all.rules, []) }
      : undefined;
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
