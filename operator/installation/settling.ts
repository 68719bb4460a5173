/**
 * Since when admission policies act as they read. API servers act on a change about a second after it was stored, so that one who turns
 * a policy off and on again votes in any name while it reads well; each change of a spec counts in `metadata.generation`, though.
 */
import type { Clock } from '../../core/clock.ts';

/** Several times what API servers take to hear of a change, each from a watch of its own. */
const SETTLE_MS = 5_000;

export class Settling {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** What was seen at the last look: undefined before the first one. */
  #seen: string | undefined = undefined;
  #until = -Infinity;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** `versions` of all policies at a look that found them in order; `wrong` where it did not. */
  note(versions: string): void {
    if (this.#seen !== undefined && this.#seen !== versions) this.#until = this.#clock.monotonic() + SETTLE_MS;
    this.#seen = versions;
  }

  get isOver(): boolean {
    return this.#clock.monotonic() >= this.#until;
  }
}
