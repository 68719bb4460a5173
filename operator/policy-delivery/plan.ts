/**
 * plan(full, gates, enforced) → the files that the gates of one server need, and who enforces which. Pure.
 *
 * One file is there always: the policy as it is written, in the oldest version that can say it, for gates that understand all of it and
 * for those that would be injected now. Where nothing new is used that is `bundle.json`, which every gate reads. Others are added only
 * for gates that run and do not understand it (see core/policy/for-gates.ts).
 */
import type { Bundle } from '../../core/policy/bundle.ts';
import { BUNDLE_VERSION, bundleFile } from '../../core/policy/bundle-versions.ts';
import type { CompiledBundle } from '../../core/policy/compile.ts';
import type { Feature } from '../../core/policy/feature.ts';
import { FEATURES } from '../../core/policy/features.ts';
import { type BundleForGates, forGates } from '../../core/policy/for-gates.ts';
import type { GateUnderstanding } from './understanding.ts';

/** A pod with a gate, as far as it matters here. */
export interface Gate {
  readonly name: string;
  readonly understands: GateUnderstanding;
}

/** What some gates are to enforce. */
export interface Share<G extends Gate = Gate> {
  readonly file: string;
  readonly gates: readonly G[];
  readonly bundle: BundleForGates;
}

/** What gates of a version have now; undefined: nothing. */
export type Enforced = (version: number) => Bundle | undefined;

/** The first share is that of the newest file, with or without gates. */
export function plan<G extends Gate>(
  full: CompiledBundle,
  gates: readonly G[],
  enforced: Enforced,
  features: readonly Feature[] = FEATURES,
): Share<G>[] {
  const newest = full.bundle.formatVersion;
  const share = (version: number): Share<G> => {
    const readers = gates.filter(({ understands }) => servedVersion(understands, newest) === version);
    // One file for all of them, so it says what each of them understands.
    const known = features.filter((feature) => readers.every((gate) => knows(gate, feature))).map(({ name }) => name);
    return { file: bundleFile(version), gates: readers, bundle: forGates(full, known, enforced(version), features) };
  };
  const versions = new Set([newest, ...gates.map(({ understands }) => servedVersion(understands, newest))]);
  return [...versions].sort((a, b) => b - a).map(share);
}

/** Whether what the gates have now matters: some of them do not understand all that is meant. */
export function isBeyond(
  full: CompiledBundle,
  gates: readonly Gate[],
  features: readonly Feature[] = FEATURES,
): boolean {
  const used = features.filter(({ isIn }) => isIn(full.bundle));
  return gates.some((gate) => !used.every((feature) => knows(gate, feature)));
}

/** Whoever does not read the version that it came with is not believed to know it. */
export function knows({ understands }: Gate, { name, since }: Feature): boolean {
  return understands.version >= since && understands.features.includes(name);
}

/** A gate that is newer than this operator reads what it writes as well. */
function servedVersion({ version }: GateUnderstanding, newest: number): number {
  return Math.min(version, newest, BUNDLE_VERSION);
}
