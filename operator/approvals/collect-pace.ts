/**
 * How fast what is over is deleted, of all kinds and namespaces together: whole days of requests may be over in one moment, after a
 * restart or a shorter retention, and the API server has others to serve.
 */
import type { Clock } from '../../core/clock.ts';
import { TokenBucket } from '../kit/backoff.ts';

/** Below the 20 requests a second that are promised: other writes go on beside it. */
const DELETES_A_SECOND = 15;
/** Of those that are due and never come back: deleted by somebody else meanwhile. */
const FORGOTTEN_AFTER_MS = 60_000;

export class CollectPace {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  /** When the turn of each is, by the monotonic clock, in the order of their turns. */
  readonly #turns = new Map<string, number>();

  constructor(clock: Clock, aSecond: number = DELETES_A_SECOND) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(aSecond, 1, clock);
  }

  /** Milliseconds until it is the turn of what has this key, which is kept until it comes to ask again; 0: now, once. */
  waitFor(key: string): number {
    const now = this.#clock.monotonic();
    for (const [other, turn] of this.#turns) {
      if (turn > now - FORGOTTEN_AFTER_MS) break;
      this.#turns.delete(other);
    }
    const turn = this.#turns.get(key) ?? now + this.#bucket.reserve();
    if (turn <= now) {
      this.#turns.delete(key);
      return 0;
    }
    this.#turns.set(key, turn);
    // A timer may be early by a little.
    return Math.ceil(turn - now);
  }
}
