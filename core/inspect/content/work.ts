/**
 * What it costs to look through a text, counted where the work is done: nobody else is answered meanwhile, so that the time must follow from
 * what was counted, whatever somebody wrote into the text.
 */

/** Units of some 10 ns on a core of 2020; to read a character once takes a tenth to a half of one. */
export interface Work {
  readonly exhausted: boolean;
  /** False once more was spent than there is: what is looked for may be given up, and nothing is known of the rest. */
  spend(units: number): boolean;
}

/** For who looks at little, or has bounded what it looks at itself. */
export const NO_BOUND: Work = { exhausted: false, spend: () => true };

/** Work without a clock: the same text always costs the same. */
export class Allowance implements Work {
  left: number;

  constructor(units: number) {
    this.left = units;
  }

  get exhausted(): boolean {
    return this.left < 0;
  }

  spend(units: number): boolean {
    this.left -= units;
    return this.left >= 0;
  }
}
