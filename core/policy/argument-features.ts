/** What the checks of arguments say beyond the first version of bundles: a feature for each type, and one for each way to say more. */
import type { SaidArgument } from '../api/rules/arguments/of-type.ts';
import { ARGUMENT_TYPES } from '../api/rules/arguments/types.ts';
import type { Feature } from './feature.ts';
import type { ArgumentChecks } from './rules/arguments.ts';
import { compileConstraints } from './rules/arguments/constraints.ts';
import type { BundleArgument } from './rules/arguments/types.ts';
import type { BundleRule } from './rules/pack.ts';
import { withRules, withShadowChecks } from './shadow-parts.ts';

export const ARGUMENT_FEATURES: readonly Feature[] = [
  // The first version has paths under plain names.
  ...Object.keys(ARGUMENT_TYPES)
    .filter((type) => type !== 'path')
    .map((type) =>
      argumentFeature(
        `arguments.${type}`,
        `spec.tools.arguments: {type: ${type}}`,
        (_, check) => check.type === type,
        (_, said) => said.type === type,
      ),
    ),
  argumentFeature(
    'arguments.constraints',
    'spec.tools.arguments: {enum, pattern, maxLength, min, max, required, forbidden}',
    (_, { constraints }) => constraints !== undefined,
    (_, said) => compileConstraints(said) !== undefined,
  ),
  argumentFeature(
    'arguments.pointers',
    'spec.tools.arguments./edits/*/path',
    (name) => name.startsWith('/'),
    (name) => name.startsWith('/'),
  ),
];

/** Of the checks that some arguments have: a gate that does not know it would refuse the bundle for its shape, or not look at them. */
function argumentFeature(
  name: string,
  field: string,
  isCheck: (parameter: string, check: BundleArgument) => boolean,
  isSaid: (parameter: string, said: SaidArgument) => boolean,
): Feature {
  const isOther = ([parameter, check]: readonly [string, BundleArgument]): boolean => !isCheck(parameter, check);
  const isInChecks = (checks: ArgumentChecks | null | undefined): boolean =>
    checks !== null && checks !== undefined && !Object.entries(checks).every(isOther);
  const isInRule = ({ arguments: checks }: BundleRule): boolean => isInChecks(checks);
  const isAnywhere = (rule: BundleRule): boolean => isInRule(rule) || isInChecks(rule.shadowArguments);
  return {
    name,
    since: 2,
    field,
    ignored: 'Looser',
    isUsedBy: ({ spec: { tools = [] } }) =>
      tools.some(
        ({ mode, arguments: checks = {} }) =>
          mode !== 'Shadow' &&
          Object.entries(checks).some(([parameter, one]) => one.mode !== 'Shadow' && isSaid(parameter, one)),
      ),
    isIn: ({ packs }) => packs.some(({ rules, shadowRules = [] }) => [...rules, ...shadowRules].some(isAnywhere)),
    removeFrom: (bundle) =>
      withRules(bundle, (rule) => {
        if (isInRule(rule)) return [];
        return [isInChecks(rule.shadowArguments) ? withShadowChecks(rule, isOther) : rule];
      }),
    isInRule,
  };
}
