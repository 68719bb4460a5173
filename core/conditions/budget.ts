/** What one evaluation may cost, in units of about 45 ns (core/policy/inspection.ts). */
import { Failure, TOO_COSTLY } from './failure.ts';

/** A millisecond. What a condition of a few comparisons takes is below 50. */
export const MAX_EVALUATION = 20_000;

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
