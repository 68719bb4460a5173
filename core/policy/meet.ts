/**
 * meet(one, other) → the rules that two versions of a pack have in common as far as they permit, and both as far as they restrict. For
 * gates that can enforce neither: not the new version, because they do not understand all of it, and not the old one, because its
 * author no longer means it. Nothing passes by the result that does not pass by both.
 */
import { canonicalJson } from '../canonical-json.ts';
import type { BundleRule } from './rules/pack.ts';
import { widened } from './rules/principals.ts';

type Rules = readonly BundleRule[];

/**
 * Where a rule differs in its words alone, name and reason, those of `newer` are kept: what is edited again and again must not grow
 * until it does not fit any more.
 */
export function meet(newer: Rules, older: Rules): BundleRule[] {
  const rules = [...against(newer, older), ...against(older, newer)];
  const known = new Map<string, BundleRule>();
  for (const rule of rules) {
    const { id: _, reason: __, ...said } = rule;
    const key = canonicalJson(said);
    if (!known.has(key)) known.set(key, rule);
  }
  return [...known.values()];
}

/** What remains of some rules beside others, pattern by pattern. */
function against(rules: Rules, others: Rules): BundleRule[] {
  return rules.flatMap((rule) => {
    if (rule.effect === 'Deny') return [rule];
    const permitted = rule.patterns.filter((pattern) => permits(others, rule, pattern));
    const kept = permitted.length === 0 ? [] : [{ ...rule, patterns: permitted }];
    if (!restricts(rule)) return kept;
    // The other version says no such thing, so it may be that nothing passes by it: then no restriction of ours is enough.
    const refused = rule.patterns.filter((pattern) => !permitted.includes(pattern));
    return refused.length === 0 ? kept : [...kept, denial({ ...rule, patterns: refused })];
  });
}

/** Whether rules let pass what a rule is about, for at least the same callers. By the text of the pattern: what may cover another is not worked out. */
function permits(rules: Rules, { target, principals, when }: BundleRule, pattern: string): boolean {
  return rules.some(
    (rule) =>
      rule.effect !== 'Deny' &&
      rule.target === target &&
      rule.patterns.includes(pattern) &&
      (rule.when === undefined || rule.when.text === when?.text) &&
      (rule.principals === null || canonicalJson(rule.principals) === canonicalJson(principals)),
  );
}

/** Whether a rule forbids anything, whatever others allow: it holds calls, or denies those whose arguments break a check. */
function restricts(rule: BundleRule): boolean {
  return rule.effect === 'RequireApproval' || rule.arguments !== null;
}

/** In place of a rule that a gate cannot enforce: for everybody who may be meant by it. */
export function denial(rule: BundleRule): BundleRule {
  const { id, target, patterns, reason } = rule;
  const principals = widened(rule.principals);
  return { id, target, patterns, effect: 'Deny', principals, arguments: null, approval: null, reason };
}
