/** What bundles say of the past: a feature for each kind of rule that knows it. */
import type { Bundle } from './bundle.ts';
import type { Feature } from './feature.ts';

export const HISTORY_FEATURES: readonly Feature[] = [
  {
    name: 'limits.calls',
    since: 2,
    field: 'spec.limits: {rate, concurrent, resultBytes, loops}',
    ignored: 'Looser',
    isUsedBy: ({ spec: { limits = {} } }) =>
      [limits.rate, limits.concurrent, limits.resultBytes, limits.loops].some((list) =>
        (list ?? []).some(({ mode }) => mode !== 'Shadow'),
      ),
    isIn: ({ packs }) => packs.some(({ callLimits }) => callLimits !== undefined),
    removeFrom: withoutCallLimits,
  },
];

function withoutCallLimits(bundle: Bundle): Bundle {
  return { ...bundle, packs: bundle.packs.map(({ callLimits: _, ...pack }) => pack) };
}
