/** Stops asking a server that cannot be reached, and tries again with growing pauses. */
import type { Clock } from '../../../core/clock.ts';

const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 15_000;

/**
 * What a call that was let through shows when it tells what became of it. Calls that were sent before the breaker opened fail late, all
 * for the one reason that is known by then: they must neither make its pause longer nor end a probe that is not theirs.
 */
export type Passage = number;

export class Breaker {
  readonly #clock: Clock;
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** Monotonic milliseconds; 0 while closed. */
  #openUntil = 0;
  #probing = false;
  /** How often it has opened. */
  #openings: Passage = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From the failure that opened it until an answer, or a connection, says that the server is there. */
  get isOpen(): boolean {
    return this.#openUntil !== 0;
  }

  /**
   * Undefined while calls should fail at once. After the pause one call goes through as a probe; the others still fail. Whoever takes a
   * passage must tell what became of it, so everything that may throw comes before.
   */
  enter(): Passage | undefined {
    if (this.#openUntil === 0) return this.#openings;
    if (this.#probing || this.#clock.monotonic() < this.#openUntil) return undefined;
    this.#probing = true;
    return this.#openings;
  }

  /** An answer, whenever it was asked for, says that the server is there. */
  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#openUntil = 0;
    this.#probing = false;
  }

  /** The server could not be reached at all; an answer with an error is no such failure. */
  failed(passage: Passage): void {
    if (passage !== this.#openings) return;
    this.#probing = false;
    if (++this.#failures < FAILURES_TO_OPEN) return;
    this.#openings++;
    this.#openUntil = this.#clock.monotonic() + this.#pauseMs;
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
  }

  /**
   * The probe is about to be written to a connection that is there. Its answer may take as long as the call does, and that of a stream may
   * never come: the others do not wait for it. One more failure opens the breaker again.
   */
  reached(passage: Passage): void {
    if (!this.#probing || passage !== this.#openings) return;
    this.#probing = false;
    this.#openUntil = 0;
    this.#failures = FAILURES_TO_OPEN - 1;
  }

  /** A probe that was given up says nothing about the server. */
  abandoned(passage: Passage): void {
    if (passage === this.#openings) this.#probing = false;
  }
}
