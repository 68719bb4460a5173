/** One thing that bundles say beyond their first version. */
import type { PolicyPack } from '../api/policy-pack.ts';
import type { Bundle } from './bundle.ts';
import type { BundleRule } from './rules/pack.ts';

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
