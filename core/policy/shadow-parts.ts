/** What of a pack in force only records: rules, requests of servers, and checks of arguments, each in a field of its own in a bundle. */
import type { Bundle } from './bundle.ts';
import type { BundleArgument } from './rules/arguments/types.ts';
import type { BundlePack, BundleRule } from './rules/pack.ts';

export function hasShadowParts({
  rules,
  shadowRules,
  shadowClientRequests,
  shadowDetectors,
  shadowInputSchema,
  shadowArgumentLimits,
}: BundlePack): boolean {
  return (
    shadowRules !== undefined ||
    shadowClientRequests !== undefined ||
    shadowDetectors !== undefined ||
    shadowInputSchema !== undefined ||
    shadowArgumentLimits !== undefined ||
    rules.some(({ shadowArguments }) => shadowArguments !== undefined)
  );
}

export function withoutShadowParts(bundle: Bundle): Bundle {
  const packs = bundle.packs.map((pack) => {
    const { shadowRules: _, shadowClientRequests: __, ...acting } = pack;
    const { shadowDetectors: ___, shadowInputSchema: ____, shadowArgumentLimits: _____, ...rest } = acting;
    return { ...rest, rules: pack.rules.map(withoutShadowChecks) };
  });
  return { ...bundle, packs };
}

/** The same bundle with other rules in each of its lists; a list in shadow that gets empty is gone. */
export function withRules(bundle: Bundle, change: (rule: BundleRule) => readonly BundleRule[]): Bundle {
  const packs = bundle.packs.map(({ shadowRules, ...pack }) => {
    const recorded = shadowRules?.flatMap(change) ?? [];
    return {
      ...pack,
      rules: pack.rules.flatMap(change),
      ...(recorded.length === 0 ? {} : { shadowRules: recorded }),
    };
  });
  return { ...bundle, packs };
}

/** Of the checks that only record, those that are kept. */
export function withShadowChecks(
  rule: BundleRule,
  isKept: (check: readonly [string, BundleArgument]) => boolean,
): BundleRule {
  const kept = Object.entries(rule.shadowArguments ?? {}).filter(isKept);
  const rest = withoutShadowChecks(rule);
  return rest.target !== 'tool' || kept.length === 0 ? rest : { ...rest, shadowArguments: Object.fromEntries(kept) };
}

function withoutShadowChecks(rule: BundleRule): BundleRule {
  const { shadowArguments: _, ...rest } = rule;
  return rest;
}
