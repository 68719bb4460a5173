/** What keeping results says beyond the first version of bundles. */
import type { Feature } from './feature.ts';

export const CACHE_FEATURES: readonly Feature[] = [
  {
    name: 'cache',
    since: 2,
    field: 'spec.cache',
    // It keeps nothing, and asks the server at every call.
    ignored: 'Stricter',
    isUsedBy: ({ spec }) => spec.cache !== undefined,
    isIn: ({ packs }) => packs.some(({ cache }) => cache !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ cache: _, ...pack }) => pack) }),
  },
];
