/** The policy without dialogs at clients, for gates that do not know them: calls wait there all the same. */
import type { Bundle } from './bundle.ts';
import type { BundlePack, BundleRule } from './rules/pack.ts';
import { withRules } from './shadow-parts.ts';

export function tellsClients({ rules, shadowRules = [] }: BundlePack): boolean {
  return [...rules, ...shadowRules].some(({ approval }) => approval?.tell !== undefined);
}

export function withoutTelling(bundle: Bundle): Bundle {
  return withRules(bundle, (rule) => [silent(rule)]);
}

function silent(rule: BundleRule): BundleRule {
  if (rule.approval?.tell === undefined) return rule;
  const { tell: _, ...approval } = rule.approval;
  return { ...rule, approval };
}
