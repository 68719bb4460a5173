/** What budgets say beyond the first version of bundles. */
import type { Feature } from './feature.ts';

export const BUDGETS_FEATURE: Feature = {
  name: 'limits.budget',
  since: 2,
  field: 'spec.limits.budget',
  ignored: 'Looser',
  isUsedBy: ({ spec: { limits } }) => (limits?.budget ?? []).some(({ mode }) => mode !== 'Shadow'),
  isIn: ({ packs }) => packs.some(({ budgets }) => budgets !== undefined),
  removeFrom: (bundle) => ({ ...bundle, packs: bundle.packs.map(({ budgets: _, ...pack }) => pack) }),
};
