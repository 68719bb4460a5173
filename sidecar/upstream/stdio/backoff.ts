/** A server that dies as soon as it is started must not be started in a loop: the pauses between starts grow. */
import type { Clock } from '../../../core/clock.ts';
import { UpstreamError } from '../upstream.ts';

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** A process that has lived this long did not die of being started. */
const STABLE_MS = 30_000;

/** One for all processes of one command. */
export class StdioBackoff {
  readonly #clock: Clock;
  #pauseMs = FIRST_PAUSE_MS;
  /** Monotonic milliseconds. */
  #notBefore = 0;
  #why = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws while no process may be started, and says until when. */
  check(): void {
    const ms = this.#notBefore - this.#clock.monotonic();
    if (ms <= 0) return;
    const seconds = (Math.ceil(ms / 100) / 10).toFixed(1);
    throw new UpstreamError('upstream-unreachable', `${this.#why}; it may be started again in ${seconds} s`);
  }

  /** A process ended that nobody had asked to; `why` is a clause such as "it exited with code 1". */
  crashed(startedAt: number, why: string): void {
    const now = this.#clock.monotonic();
    this.#why = why;
    // What dies while we wait was started before: sixty sessions that fall together are one crash.
    if (now < this.#notBefore) return;
    if (now - startedAt >= STABLE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#notBefore = now + this.#pauseMs;
    this.#pauseMs = Math.min(MAX_PAUSE_MS, this.#pauseMs * 2);
  }
}
