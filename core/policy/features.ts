/**
 * What a gate has to understand to enforce a pack: one entry for everything that bundles say beyond their first version. Whoever adds
 * a field to a bundle adds it here; what is not here has to be readable by every gate there ever was.
 */
import type { PolicyPack } from '../api/policy-pack.ts';
import { ACCESS_FEATURES } from './access-features.ts';
import { ARGUMENT_FEATURES } from './argument-features.ts';
import type { Bundle } from './bundle.ts';
import { CACHE_FEATURES } from './cache-features.ts';
import type { Feature } from './feature.ts';
import { HISTORY_FEATURES } from './history-features.ts';
import { approval, asksForVotes, withoutVotes } from './rules/approval.ts';
import { asksPerson, withoutAsking } from './rules/definitions.ts';
import { type BundlePack, type BundleRule, compilePack } from './rules/pack.ts';
import { isNarrowed, principals } from './rules/principals.ts';
import { UNREAD } from './rules/when.ts';
import { STATE_FEATURES } from './state-features.ts';
import { withoutConditions } from './without-conditions.ts';
import { speaksOfGrants, withoutGrants } from './without-grants.ts';
import { tellsClients, withoutTelling } from './without-telling.ts';
import { hasShadowParts, withoutShadowParts, withRules } from './shadow-parts.ts';

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
  ...ACCESS_FEATURES,
  {
    name: 'upstream.credentials',
    since: 2,
    field: 'spec.upstream.credentials of an MCPServer',
    // It sends calls without, and the server refuses whom it does not know.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.upstream !== undefined,
    removeFrom: ({ server: { upstream: _, ...server }, ...bundle }) => ({ ...bundle, server }),
  },
  {
    name: 'access.tls',
    since: 2,
    field: 'spec.access.tls of an MCPServer',
    // It would serve plain HTTP: it gets no rule that allows anything, and refuses every call.
    ignored: 'Stricter',
    isUsedBy: () => false,
    isIn: ({ server }) => server.access.tls !== undefined,
    removeFrom: withoutTls,
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
    name: 'rules.principals',
    since: 2,
    field: 'principals: {issuers, scopes}',
    // It passes over what narrows: a permission would be everybody's of that name, and a Deny for a scope alone nobody's.
    ignored: 'Looser',
    isUsedBy: ({ spec }) =>
      [spec.tools, spec.resources, spec.prompts, spec.methods].some((rules) =>
        (rules ?? []).some((rule) => rule.mode !== 'Shadow' && isNarrowed(principals.compile(rule))),
      ),
    isIn: ({ packs }) => packs.some(({ rules, shadowRules = [] }) => [...rules, ...shadowRules].some(isForFew)),
    removeFrom: (bundle) => withRules(bundle, (rule) => (isForFew(rule) ? [] : [rule])),
    isInRule: isForFew,
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
    name: 'halt',
    since: 2,
    field: 'spec.halt',
    // It has the same as rules, and denies every call; streams that are open stay so.
    ignored: 'Stricter',
    isUsedBy: ({ spec }) => spec.halt !== undefined,
    isIn: ({ packs }) => packs.some(({ halt }) => halt !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ halt: _, ...pack }) => pack) }),
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
  ...CACHE_FEATURES,
  ...ARGUMENT_FEATURES,
  ...STATE_FEATURES,
  ...HISTORY_FEATURES,
];

function withoutTls(bundle: Bundle): Bundle {
  const { tls, ...access } = bundle.server.access;
  return tls === undefined ? bundle : { ...bundle, packs: [], server: { ...bundle.server, access } };
}

function withoutAskingIn(pack: BundlePack): BundlePack {
  return pack.definitions === undefined ? pack : { ...pack, definitions: withoutAsking(pack.definitions) };
}

function withoutVotesIn(rule: BundleRule): BundleRule {
  return asksForVotes(rule.approval) ? { ...rule, approval: withoutVotes(rule.approval) } : rule;
}

function hasCondition({ when }: BundleRule): boolean {
  return when !== undefined;
}

function isForFew(rule: BundleRule): boolean {
  return isNarrowed(rule.principals);
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
