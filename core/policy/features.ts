/**
 * What a gate has to understand to enforce a pack: one entry for everything that bundles say beyond their first version. Whoever adds
 * a field to a bundle adds it here; what is not here has to be readable by every gate there ever was.
 */
import type { PolicyPack } from '../api/policy-pack.ts';
import type { SaidArgument } from '../api/rules/arguments/of-type.ts';
import { ARGUMENT_TYPES } from '../api/rules/arguments/types.ts';
import type { Bundle } from './bundle.ts';
import { approval, asksForVotes, withoutVotes } from './rules/approval.ts';
import type { ArgumentChecks } from './rules/arguments.ts';
import { compileConstraints } from './rules/arguments/constraints.ts';
import type { BundleArgument } from './rules/arguments/types.ts';
import { asksPerson, withoutAsking } from './rules/definitions.ts';
import { type BundlePack, type BundleRule, compilePack } from './rules/pack.ts';
import { UNREAD } from './rules/when.ts';
import { withoutConditions } from './without-conditions.ts';
import { speaksOfGrants, withoutGrants } from './without-grants.ts';
import { tellsClients, withoutTelling } from './without-telling.ts';
import { hasShadowParts, withoutShadowParts, withRules, withShadowChecks } from './shadow-parts.ts';

export interface Feature {
  /** As bundles and gates name it. */
  readonly name: string;
  /** The version of bundles that it came with; gates that read only older ones do not know it. */
  readonly since: number;
  /** Where a pack asks for it, for whoever has to take it out there. */
  readonly field: string;
  /**
   * What a gate does that has never heard of it. `Stricter`: it refuses what would pass, so it gets the pack without. `Looser`: it
   * passes what would not, so it must not enforce the pack as if that were all (see for-gates.ts).
   */
  readonly ignored: 'Stricter' | 'Looser';
  /** Only packs that are enforced are asked: what a pack in shadow says is never acted on. */
  readonly isUsedBy: (pack: PolicyPack) => boolean;
  readonly isIn: (bundle: Bundle) => boolean;
  readonly removeFrom: (bundle: Bundle) => Bundle;
  /** Of a feature of single rules: whether this is one that only gates who know the feature can read. */
  readonly isInRule?: (rule: BundleRule) => boolean;
}

export const FEATURES: readonly Feature[] = [
  {
    name: 'audit.level',
    since: 2,
    field: 'spec.audit.level: Required',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => spec.audit?.level === 'Required',
    isIn: ({ audit }) => audit !== undefined,
    removeFrom: ({ audit: _, ...bundle }) => bundle,
  },
  {
    name: 'wire.keys',
    since: 2,
    field: 'spec.wire.keys: CaseSensitive',
    ignored: 'Stricter',
    isUsedBy: ({ spec }) => spec.wire?.keys === 'CaseSensitive',
    isIn: ({ wire }) => wire !== undefined,
    removeFrom: ({ wire: _, ...bundle }) => bundle,
  },
  {
    name: 'access.jwt',
    since: 2,
    field: 'spec.access.jwt of an MCPServer',
    // It knows none of these callers.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.jwt !== undefined,
    removeFrom: ({ server: { access, ...server }, ...bundle }) => {
      const { jwt: _, ...known } = access;
      return { ...bundle, server: { ...server, access: known } };
    },
  },
  {
    name: 'access.certificates',
    since: 2,
    field: 'spec.access.certificates of an MCPServer',
    // It knows none of these callers. With `mode: Required` there is `access.tls`, too, without which it serves nobody.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.certificates !== undefined,
    removeFrom: ({ server: { access, ...server }, ...bundle }) => {
      const { certificates: _, ...known } = access;
      return { ...bundle, server: { ...server, access: known } };
    },
  },
  {
    name: 'access.trustedProxies',
    since: 2,
    field: 'spec.access.trustedProxies of an MCPServer',
    // It knows none of the callers behind them.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.trustedProxies !== undefined,
    removeFrom: ({ server: { access, ...server }, ...bundle }) => {
      const { trustedProxies: _, ...known } = access;
      return { ...bundle, server: { ...server, access: known } };
    },
  },
  {
    name: 'definitions',
    since: 2,
    field: 'spec.definitions',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => spec.definitions !== undefined && spec.definitions.mode !== 'Shadow',
    isIn: ({ packs }) => packs.some(({ definitions }) => definitions !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ definitions: _, ...pack }) => pack) }),
  },
  {
    name: 'definitions.approval',
    since: 2,
    field: 'spec.definitions.onChange: RequireApproval',
    // It asks nobody, and what would wait for a person is refused until it is accepted in another way.
    ignored: 'Stricter',
    isUsedBy: ({ spec }) => spec.definitions?.onChange === 'RequireApproval',
    isIn: ({ packs }) => packs.some(({ definitions }) => definitions !== undefined && asksPerson(definitions)),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(withoutAskingIn) }),
  },
  {
    name: 'dlp',
    since: 2,
    field: 'spec.dlp',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => (spec.dlp ?? []).some(({ mode }) => mode !== 'Shadow'),
    isIn: ({ packs }) => packs.some(({ dlp }) => dlp !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ dlp: _, ...pack }) => pack) }),
  },
  {
    name: 'rules.mode',
    since: 2,
    field: 'mode: Shadow',
    // It passes over them, so that nothing is on record of what they would have said; what it enforces is the same.
    ignored: 'Stricter',
    isUsedBy: (pack) => hasShadowParts(compilePack(pack, UNREAD)),
    isIn: ({ packs }) => packs.some(hasShadowParts),
    removeFrom: withoutShadowParts,
  },
  {
    name: 'detectors',
    since: 2,
    field: 'spec.detectors',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => spec.detectors !== undefined && spec.detectors.mode !== 'Shadow',
    isIn: ({ packs }) => packs.some(({ detectors }) => detectors !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ detectors: _, ...pack }) => pack) }),
  },
  {
    name: 'inputSchema',
    since: 2,
    field: 'spec.arguments.schema: Enforce',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => spec.arguments?.schema === 'Enforce',
    isIn: ({ packs }) => packs.some(({ inputSchema }) => inputSchema !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ inputSchema: _, ...pack }) => pack) }),
  },
  {
    name: 'rules.when',
    since: 2,
    field: 'when',
    ignored: 'Looser',
    isUsedBy: ({ spec }) =>
      [spec.tools, spec.resources, spec.prompts, spec.methods].some((rules) =>
        (rules ?? []).some(({ mode, when }) => mode !== 'Shadow' && when !== undefined),
      ),
    isIn: ({ packs }) => packs.some(({ rules, shadowRules = [] }) => [...rules, ...shadowRules].some(hasCondition)),
    removeFrom: (bundle) => withRules(bundle, (rule) => (hasCondition(rule) ? [] : [rule])),
    isInRule: hasCondition,
  },
  {
    name: 'arguments.limits',
    since: 2,
    field: 'spec.arguments.limits',
    ignored: 'Looser',
    isUsedBy: ({ spec: { arguments: said } }) => said?.limits !== undefined && said.limits.mode !== 'Shadow',
    isIn: ({ packs }) => packs.some(({ argumentLimits }) => argumentLimits !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ argumentLimits: _, ...pack }) => pack) }),
  },
  {
    name: 'inspections.when',
    since: 2,
    field: 'when of dlp, detectors and clientRequests',
    // They only ever restrict, and without their conditions do so at every call.
    ignored: 'Stricter',
    isUsedBy: ({ spec: { dlp = [], detectors, clientRequests = {} } }) =>
      [...dlp, detectors, ...Object.values(clientRequests)].some((one) => one?.when !== undefined),
    isIn: ({ packs }) => packs.some((pack) => pack !== withoutConditions(pack)),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(withoutConditions) }),
  },
  {
    name: 'approval.votes',
    since: 2,
    field: 'spec.tools.approval: {quorum, approvers, all, veto}',
    // It waits for the same answer, whose terms the operator has from what is written here (operator/approvals/revisions.ts).
    ignored: 'Stricter',
    isUsedBy: ({ spec }) =>
      [spec.tools, spec.resources, spec.prompts].some((rules) =>
        (rules ?? []).some((rule) => rule.mode !== 'Shadow' && asksForVotes(approval.compile(rule))),
      ),
    isIn: ({ packs }) =>
      packs.some(({ rules, shadowRules = [] }) =>
        [...rules, ...shadowRules].some((rule) => asksForVotes(rule.approval)),
      ),
    removeFrom: (bundle) => withRules(bundle, (rule) => [withoutVotesIn(rule)]),
  },
  {
    name: 'approval.grants',
    since: 2,
    field: 'approval.grants, spec.grants',
    // It knows no grant, and asks a person at every call.
    ignored: 'Stricter',
    isUsedBy: (pack) => speaksOfGrants(compilePack(pack, UNREAD)),
    isIn: ({ packs }) => packs.some(speaksOfGrants),
    removeFrom: withoutGrants,
  },
  {
    name: 'approval.tell',
    since: 2,
    field: 'approval.tell',
    // It holds the call all the same, and shows no dialog.
    ignored: 'Stricter',
    isUsedBy: (pack) => tellsClients(compilePack(pack, UNREAD)),
    isIn: ({ packs }) => packs.some(tellsClients),
    removeFrom: withoutTelling,
  },
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

function withoutAskingIn(pack: BundlePack): BundlePack {
  return pack.definitions === undefined ? pack : { ...pack, definitions: withoutAsking(pack.definitions) };
}

function withoutVotesIn(rule: BundleRule): BundleRule {
  return asksForVotes(rule.approval) ? { ...rule, approval: withoutVotes(rule.approval) } : rule;
}

function hasCondition({ when }: BundleRule): boolean {
  return when !== undefined;
}

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

/** By feature, the packs (sorted) that a gate must not enforce without knowing it. Undefined: none asks for anything. */
export function requirementsOf(packs: readonly PolicyPack[], features = FEATURES): Bundle['requires'] {
  const entries = features
    .filter(({ ignored }) => ignored === 'Looser')
    .map(({ name, isUsedBy }) => [name, packs.filter((pack) => isEnforced(pack) && isUsedBy(pack)).map(refOf)] as const)
    .filter(([, refs]) => refs.length > 0)
    .map(([name, refs]) => [name, refs.toSorted()] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The oldest version of bundles in which everything can be said that this one says. */
export function versionFor(bundle: Bundle, features = FEATURES): number {
  return Math.max(1, ...features.filter(({ isIn }) => isIn(bundle)).map(({ since }) => since));
}

function isEnforced({ spec }: PolicyPack): boolean {
  return spec.mode === 'Enforce';
}

function refOf({ metadata }: PolicyPack): string {
  return `${metadata.namespace}/${metadata.name}`;
}
