/** Stops asking a server that cannot be reached, and tries again with growing pauses. */
import type { Clock } from '../../core/clock.ts';

const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 15_000;

export class Breaker {
  readonly #clock: Clock;
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** Monotonic milliseconds; 0 while closed. */
  #openUntil = 0;
  #probing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False while calls should fail at once. After the pause one call goes through as a probe; the others still fail. */
  allows(): boolean {
    if (this.#openUntil === 0) return true;
    if (this.#probing || this.#clock.monotonic() < this.#openUntil) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#openUntil = 0;
    this.#probing = false;
  }

  /** The server could not be reached at all; an answer with an error is no such failure. */
  failed(): void {
    this.#probing = false;
    if (++this.#failures < FAILURES_TO_OPEN) return;
    this.#openUntil = this.#clock.monotonic() + this.#pauseMs;
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
  }

  /** A probe that was given up says nothing about the server. */
  abandoned(): void {
    this.#probing = false;
  }
}
