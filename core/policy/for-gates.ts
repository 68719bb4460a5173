/**
 * forGates(bundle, known, enforced) → the same policy for gates that do not know every feature of it.
 *
 * A feature whose absence refuses more is left out. A pack with one whose absence would let more pass is not enforced in that form: of
 * this pack the gates get the meet of what they have and what is meant now (see meet.ts), so every restriction, old and new, and no
 * permission that they have not got already. All other packs arrive as they are. So a Deny is never late because of somebody else's
 * field, nothing is loosened, and what old gates allowed already goes on until their pods are made anew.
 */
import { canonicalJson } from '../canonical-json.ts';
import type { Bundle } from './bundle.ts';
import { type CompiledBundle, compiled } from './compile.ts';
import type { Feature } from './feature.ts';
import { FEATURES, versionFor } from './features.ts';
import { denial, meet } from './meet.ts';
import type { BundleClientRequest } from './rules/client-requests.ts';
import { budgetsOfBoth } from './rules/budgets.ts';
import { limitsOfBoth } from './rules/call-limits.ts';
import { smallerLimits } from './rules/argument-limits.ts';
import { bothDefinitions } from './rules/definitions.ts';
import { bothDetectors } from './rules/detectors.ts';
import { labelsOfBoth } from './rules/labels.ts';
import { riskOfEither } from './rules/risk.ts';
import { taintOfBoth } from './rules/taint.ts';
import type { BundlePack, BundleRule } from './rules/pack.ts';
import { sequencesOfBoth } from './rules/sequences.ts';
import type { BundleLimits } from './settings/limits.ts';

export interface BundleForGates extends CompiledBundle {
  /** By pack, the features for whose sake it is not enforced as it is written. */
  readonly withheld: ReadonlyMap<string, readonly string[]>;
}

/** `enforced`: what the gates have now; undefined: nothing, or nothing that can be read. */
export function forGates(
  full: CompiledBundle,
  known: readonly string[],
  enforced: Bundle | undefined,
  features: readonly Feature[] = FEATURES,
): BundleForGates {
  const foreign = features.filter(({ name }) => !known.includes(name));
  const unknown = foreign.filter(({ isIn }) => isIn(full.bundle));
  if (unknown.length === 0) return { ...full, withheld: new Map() };
  const last = enforced === undefined ? undefined : without(enforced, foreign);
  const withheld = withheldPacks(full.bundle, unknown);
  const isReadable = (rule: BundleRule): boolean => !unknown.some(({ isInRule }) => isInRule?.(rule) === true);
  const packs = full.bundle.packs.map((pack) =>
    withheld.has(pack.ref) ? restrained(pack, lastOf(pack, last), isReadable) : readable(pack, isReadable),
  );
  const pruned = without({ ...full.bundle, packs }, unknown);
  const { requires: _, ...rest } = withheldAreKnown(withheld, last) ? narrowed(pruned, last) : pruned;
  const requires = remaining(full.bundle.requires, unknown);
  const bundle: Bundle = { ...rest, ...(requires === undefined ? {} : { requires }) };
  return { ...compiled({ ...bundle, formatVersion: versionFor(bundle, features) }), withheld };
}

function without(bundle: Bundle, features: readonly Feature[]): Bundle {
  return features.reduce((rest, { removeFrom }) => removeFrom(rest), bundle);
}

function withheldPacks({ requires = {} }: Bundle, unknown: readonly Feature[]): Map<string, string[]> {
  const withheld = new Map<string, string[]>();
  for (const { name } of unknown) {
    for (const ref of requires[name] ?? []) withheld.set(ref, [...(withheld.get(ref) ?? []), name]);
  }
  return withheld;
}

/** A pack in shadow has never been in force. */
function lastOf({ ref }: BundlePack, enforced: Bundle | undefined): BundlePack | undefined {
  return enforced?.packs.find((pack) => pack.ref === ref && pack.mode === 'Enforce');
}

function restrained(
  pack: BundlePack,
  last: BundlePack | undefined,
  isReadable: (rule: BundleRule) => boolean,
): BundlePack {
  const rules = pack.rules.map((rule) => (isReadable(rule) ? rule : denial(rule)));
  return {
    ...pack,
    rules: meet(rules, last?.rules ?? []),
    clientRequests: both(pack.clientRequests, last?.clientRequests ?? []),
    ...bothDefinitions(pack.definitions, last?.definitions),
    ...dlpOfBoth(pack, last),
    ...bothDetectors(pack.detectors, last?.detectors),
    ...inputSchemaOfEither(pack, last),
    ...taintOfBoth(pack, last),
    ...smallerLimits(pack.argumentLimits, last?.argumentLimits),
    ...budgetsOfBoth(pack.budgets, last?.budgets),
    ...labelsOfBoth(pack.labels, last?.labels),
    ...sequencesOfBoth(pack.sequences, last?.sequences),
    ...riskOfEither(pack.risk, last?.risk),
    ...limitsOfBoth(pack.callLimits, last?.callLimits),
  };
}

/** Only packs in shadow have rules that cannot be read and need not be: what they would have said is then not on record. */
function readable(pack: BundlePack, isReadable: (rule: BundleRule) => boolean): BundlePack {
  return pack.rules.every(isReadable) ? pack : { ...pack, rules: pack.rules.filter(isReadable) };
}

/** What is looked for only ever restricts. */
function dlpOfBoth({ dlp: newer = [] }: BundlePack, last: BundlePack | undefined): Pick<BundlePack, 'dlp'> {
  const said = new Set(newer.map((rule) => canonicalJson(rule)));
  const dlp = [...newer, ...(last?.dlp ?? []).filter((rule) => !said.has(canonicalJson(rule)))];
  return dlp.length === 0 ? {} : { dlp };
}

/** Packs have one thing to say of it. */
function inputSchemaOfEither(
  { inputSchema: newer }: BundlePack,
  last: BundlePack | undefined,
): Pick<BundlePack, 'inputSchema'> {
  const inputSchema = newer ?? last?.inputSchema;
  return inputSchema === undefined ? {} : { inputSchema };
}

/** What servers ask of clients passes where nobody says anything, so these rules only ever restrict. */
function both(newer: readonly BundleClientRequest[], older: readonly BundleClientRequest[]): BundleClientRequest[] {
  const said = new Set(newer.map(restrictionOf));
  return [...newer, ...older.filter((rule) => !said.has(restrictionOf(rule)))];
}

/** What a rule says without its words. */
function restrictionOf({ reason: _, ...rule }: BundleClientRequest): string {
  return canonicalJson(rule);
}

function withheldAreKnown(withheld: ReadonlyMap<string, unknown>, enforced: Bundle | undefined): enforced is Bundle {
  return enforced?.packs.some(({ ref }) => withheld.has(ref)) === true;
}

/** What packs say together, as strict as it was: it cannot be told any more which of them said so. */
function narrowed(bundle: Bundle, { limits, wire, audit }: Bundle): Bundle {
  const { wire: loosened, ...rest } = bundle;
  return {
    ...rest,
    limits: smaller(bundle.limits, limits),
    ...(loosened === undefined || wire === undefined ? {} : { wire: loosened }),
    ...(audit === undefined ? {} : { audit }),
  };
}

function smaller(a: BundleLimits, b: BundleLimits): BundleLimits {
  return {
    body: Math.min(a.body, b.body),
    batch: Math.min(a.batch, b.batch),
    sessionIdleMs: Math.min(a.sessionIdleMs, b.sessionIdleMs),
  };
}

function remaining(requires: Bundle['requires'] = {}, unknown: readonly Feature[]): Bundle['requires'] {
  const left = Object.entries(requires).filter(([name]) => !unknown.some((feature) => feature.name === name));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}
