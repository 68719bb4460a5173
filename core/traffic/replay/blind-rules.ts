/**
 * Rules of a policy that no replay can judge, whatever the calls: they compare values of several calls, which are made up here, or count
 * calls at the same time, which are played one after the other.
 */
import type { Bundle } from '../../policy/bundle.ts';
import type { BundlePack } from '../../policy/rules/pack.ts';
import type { Untold } from './untold.ts';

export function blindRules({ packs }: Pick<Bundle, 'packs'>): Untold[] {
  return packs.flatMap(blindOf);
}

function blindOf({ callLimits = [], taint = [], budgets = [] }: BundlePack): Untold[] {
  return [
    ...callLimits.flatMap(({ id, kind }) => {
      if (kind === 'concurrent') return [{ rule: id, why: 'calls are played one after the other' }];
      return kind === 'identical' ? [{ rule: id, why: 'values that differ may be made up alike' }] : [];
    }),
    ...taint.flatMap(({ id, by }) =>
      by === 'Label' ? [] : [{ rule: id, why: 'what a result held is not made up again' }],
    ),
    ...budgets.flatMap(({ id, costs }) =>
      costs.some(({ cost }) => cost !== undefined)
        ? [{ rule: id, why: 'what a call costs is computed of values that are made up' }]
        : [],
    ),
  ];
}
