/** Waiting times: growing ones for what keeps failing, and a bucket for what comes too often. */
import type { Clock } from '../../core/clock.ts';

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Up to this share is taken off, so that many clients of one server do not come back together. */
  readonly jitter: number;
  /** After so long without a failure the next wait is the first again. */
  readonly resetAfterMs: number;
}

/** As client-go waits between watches (`tools/cache/reflector.go`), but never longer than 30 s: it adds its jitter on top. */
export const WATCH_BACKOFF: BackoffOptions = { firstMs: 800, maxMs: 30_000, jitter: 0.5, resetAfterMs: 120_000 };

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #lastAt = -Infinity;

  constructor(options: BackoffOptions, clock: Clock, random: () => number = Math.random) {
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
  }

  next(): number {
    const { firstMs, maxMs, jitter, resetAfterMs } = this.#options;
    const now = this.#clock.monotonic();
    if (now - this.#lastAt > resetAfterMs) this.#failures = 0;
    const base = Math.min(maxMs, firstMs * 2 ** this.#failures);
    this.#failures += 1;
    const wait = base * (1 - this.#random() * jitter);
    this.#lastAt = now + wait;
    return wait;
  }
}

/** Hands out `qps` tokens a second, `burst` of them at once; whoever comes too early is told how long to wait. */
export class TokenBucket {
  readonly #qps: number;
  readonly #burst: number;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;

  constructor(qps: number, burst: number, clock: Clock) {
    this.#qps = qps;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#at = clock.monotonic();
  }

  /** Takes a token, if need be one of the future: the milliseconds until it is there. */
  reserve(): number {
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#qps) * 1000;
  }

  /** Takes a token if there is one. */
  tryTake(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#qps);
    this.#at = now;
  }
}
