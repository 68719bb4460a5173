/** A call that waits for what a shared store has seen: a moment, so what it says stays at hand. */
import type { Outcome } from '../../../core/history/ops.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import type { Later } from '../../memory/history/history.ts';
import type { Wait } from '../walk.ts';

export class Looking implements Wait {
  readonly what = 'sallyport.look_up_history';
  readonly isShort = true;
  readonly #later: Later;
  readonly #found: (outcome: Outcome | undefined) => Refusal | undefined;

  constructor(later: Later, found: (outcome: Outcome | undefined) => Refusal | undefined) {
    this.#later = later;
    this.#found = found;
  }

  begin(resume: (refusal: Refusal | undefined) => void): void {
    this.#later.done((outcome) => resume(this.#found(outcome)));
  }
}
