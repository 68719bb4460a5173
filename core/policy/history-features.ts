/** What rules that know what came before say beyond the first version of bundles. */
import type { Bundle } from './bundle.ts';
import type { Feature } from './feature.ts';

export const HISTORY_FEATURES: readonly Feature[] = [
  {
    name: 'labels',
    since: 2,
    field: 'spec.labels',
    // By themselves they decide nothing, and whatever speaks of them is a feature of its own.
    ignored: 'Stricter',
    isUsedBy: ({ spec }) => spec.labels !== undefined,
    isIn: ({ packs }) => packs.some(({ labels }) => labels !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ labels: _, ...pack }) => pack) }),
  },
  {
    name: 'sequences',
    since: 2,
    field: 'spec.sequences',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => (spec.sequences ?? []).some(({ mode }) => mode !== 'Shadow'),
    isIn: ({ packs }) => packs.some(({ sequences }) => sequences !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ sequences: _, ...pack }) => pack) }),
  },
  {
    name: 'risk',
    since: 2,
    field: 'spec.risk',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => spec.risk !== undefined && spec.risk.mode !== 'Shadow',
    isIn: ({ packs }) => packs.some(({ risk }) => risk !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ risk: _, ...pack }) => pack) }),
  },
  {
    name: 'limits.budget',
    since: 2,
    field: 'spec.limits.budget',
    ignored: 'Looser',
    isUsedBy: ({ spec: { limits } }) => (limits?.budget ?? []).some(({ mode }) => mode !== 'Shadow'),
    isIn: ({ packs }) => packs.some(({ budgets }) => budgets !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ budgets: _, ...pack }) => pack) }),
  },
  {
    name: 'taint',
    since: 2,
    field: 'spec.taint',
    ignored: 'Looser',
    isUsedBy: ({ spec }) => (spec.taint ?? []).some(({ mode }) => mode !== 'Shadow'),
    isIn: ({ packs }) => packs.some(({ taint }) => taint !== undefined),
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ taint: _, ...pack }) => pack) }),
  },
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
    removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ callLimits: _, ...pack }) => pack) }),
  },
];

/** Whether anything in it depends on what came before; labels alone decide nothing. */
export function remembers(bundle: Bundle): boolean {
  return HISTORY_FEATURES.some(({ name, isIn }) => name !== 'labels' && isIn(bundle));
}
