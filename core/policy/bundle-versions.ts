/**
 * The versions of bundles, and what a gate says of those that it reads. A gate of version n reads every version up to n; each lies under
 * a name of its own, because gates stay as they were injected while the operator moves on.
 */
import { FEATURES } from './features.ts';

/** What this tree reads and writes. One more with each release that adds a feature. */
export const BUNDLE_VERSION = 2;

/** What a gate understands, as it says itself. */
export interface Understanding {
  /** The newest version of bundles that it reads. */
  readonly version: number;
  /** Names of the features that it knows. */
  readonly features: string[];
}

/** Of the code that runs here. */
export const OWN_UNDERSTANDING: Understanding = {
  version: BUNDLE_VERSION,
  features: FEATURES.map(({ name }) => name),
};

/** Of gates that say nothing of it: they are older than the question. */
export const OLDEST_UNDERSTANDING: Understanding = { version: 1, features: [] };

/** The file of a version, and the key of a ConfigMap. The first has the fixed name that the oldest gates read. */
export function bundleFile(version: number): string {
  return version === 1 ? 'bundle.json' : `bundle.v${version}.json`;
}

/** The files that a gate of a version reads, the newest first: it takes the first that is there. */
export function bundleFiles(version: number): string[] {
  return Array.from({ length: version }, (_, older) => bundleFile(version - older));
}
