/**
 * How many requests of a server are decided on and recorded on one stream. How many it makes is its choice alone: unbounded, one answer
 * with some ten thousand of them fills the log, and keeps the calls of others waiting for it.
 */
import type { Clock } from '../../core/clock.ts';

/** No person and no model answers as many in a minute. */
const MAX_ASKS = 100;
const WINDOW_MS = 60_000;

export class AskRate {
  readonly #clock: Clock;
  #begunAt = 0;
  #asks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False where it has asked too much of late; else this one counts. */
  take(): boolean {
    const now = this.#clock.monotonic();
    if (this.#asks === 0 || now - this.#begunAt >= WINDOW_MS) {
      this.#begunAt = now;
      this.#asks = 0;
    }
    if (this.#asks >= MAX_ASKS) return false;
    this.#asks++;
    return true;
  }
}
