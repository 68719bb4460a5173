/** How long a channel rests after a message that was not taken: longer each time, and by chance, so that many do not come back together. */
import type { Clock } from '../../core/clock.ts';

const FIRST_MS = 1_000;
/** Requests live for minutes: whoever is back is to hear of them. */
const MAX_MS = 60_000;
/** Beyond it the power of two says nothing more. */
const MAX_DOUBLINGS = 10;

export class Pause {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #until = -Infinity;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Milliseconds that are left of it; 0: none. */
  get leftMs(): number {
    return Math.max(0, this.#until - this.#clock.monotonic());
  }

  /** At least `leastMs`, which the other side asked for. Full jitter: anything up to the step is as likely. */
  failed(leastMs = 0): void {
    const step = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(this.#failures, MAX_DOUBLINGS));
    this.#failures += 1;
    this.#until = this.#clock.monotonic() + Math.max(leastMs, this.#random() * step);
  }

  /** True if it was failing before. */
  succeeded(): boolean {
    const wasFailing = this.isFailing;
    this.#failures = 0;
    this.#until = -Infinity;
    return wasFailing;
  }
}
