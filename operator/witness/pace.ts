/** So many writes a second and no more, whoever asks: one turn after the other. */
import { sleep, type Timers } from '../kit/clock.ts';

export class Pace {
  readonly #clock: Timers;
  readonly #everyMs: () => number;
  #next = Number.NEGATIVE_INFINITY;

  /** `everyMs` is asked each time: others may come who have their share. */
  constructor(clock: Timers, everyMs: () => number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Resolves when it is the turn of the caller; false as soon as the signal aborts. */
  async turn(signal: AbortSignal): Promise<boolean> {
    const now = this.#clock.monotonic();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#everyMs();
    return at <= now ? !signal.aborted : sleep(this.#clock, at - now, signal);
  }
}
