/** The policy without a word of standing grants, for gates that do not know them: every call waits for a person there. */
import type { Bundle } from './bundle.ts';
import type { BundlePack, BundleRule } from './rules/pack.ts';
import { withRules } from './shadow-parts.ts';

export function speaksOfGrants({ grants, rules, shadowRules = [] }: BundlePack): boolean {
  return grants !== undefined || [...rules, ...shadowRules].some(allowsGrants);
}

export function withoutGrants(bundle: Bundle): Bundle {
  const packs = bundle.packs.map(({ grants: _, ...pack }) => pack);
  return withRules({ ...bundle, packs }, (rule) => [withoutGrantTerms(rule)]);
}

function allowsGrants({ approval }: BundleRule): boolean {
  return approval?.grants !== undefined;
}

function withoutGrantTerms(rule: BundleRule): BundleRule {
  if (rule.approval?.grants === undefined) return rule;
  const { grants: _, ...approval } = rule.approval;
  return { ...rule, approval };
}
