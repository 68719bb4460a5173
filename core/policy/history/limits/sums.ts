/** What limits make of the sums of all those who are counted: the worst of them counts. */
import type { SumSeen } from '../../../history/kinds/window.ts';
import type { Seen } from '../rule.ts';

/** Of those that do not hold, the one that holds again last. Undefined: all hold. */
export function worstOf(seen: readonly Seen[]): SumSeen | undefined {
  let worst: SumSeen | undefined;
  for (const one of seen) {
    if (one.kind !== 'sum' || one.holds) continue;
    if (worst === undefined || (one.waitMs ?? Infinity) > (worst.waitMs ?? Infinity)) worst = one;
  }
  return worst;
}

/** The one of which least is left. Undefined: none is a sum. */
export function fullestOf(seen: readonly Seen[]): SumSeen | undefined {
  let fullest: SumSeen | undefined;
  for (const one of seen) {
    if (one.kind !== 'sum') continue;
    if (fullest === undefined || one.sum > fullest.sum) fullest = one;
  }
  return fullest;
}
