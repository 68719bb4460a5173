/** What one evaluation may cost, in steps. */
import { Failure, TOO_COSTLY } from './failure.ts';

/** A few milliseconds. What a condition of a few comparisons takes is below 50. */
export const MAX_STEPS = 20_000;
/** What a step takes in units of 45 ns (core/policy/inspection.ts). Measured: 100 to 500 ns on a machine that has other things to do. */
export const STEP_WORK = 6;
/** Steps that a failure takes which another part of the condition makes up for. */
export const FAILURE_STEPS = 40;

export class Budget {
  left: number;

  constructor(left: number) {
    this.left = left;
  }

  /** Throws once more was spent than there is, and from then on always. */
  spend(work: number): void {
    this.left -= work;
    if (this.left < 0) throw new Failure('too-costly', TOO_COSTLY);
  }
}
