/**
 * A queue of keys with the promises of client-go's workqueue: a key waits at most once, is worked on by at most one worker, and
 * one that is added while it is worked on comes again afterwards. So a worker that reads the state after `get` never acts on old news.
 */
import { TokenBucket } from './backoff.ts';
import type { Timers } from './clock.ts';
import type { QueueMetrics } from './metrics.ts';

/** client-go's `DefaultTypedControllerRateLimiter`, with a cap that a person can wait for (it waits up to 1000 s). */
const RETRY_FIRST_MS = 5;
const RETRY_MAX_MS = 5 * 60_000;
const RETRIES_PER_SECOND = 10;
const RETRY_BURST = 100;

interface Delayed {
  readonly at: number;
  readonly cancel: () => void;
}

export interface WorkQueueOptions {
  readonly clock: Timers;
  readonly metrics?: QueueMetrics;
}

export class WorkQueue {
  readonly #clock: Timers;
  readonly #metrics: QueueMetrics | undefined;
  readonly #bucket: TokenBucket;
  /** What a worker may take now, oldest first, with the time it came. */
  readonly #ready = new Map<string, number>();
  /** What a worker has, with the time it took it. */
  readonly #processing = new Map<string, number>();
  /** Added while a worker had it. */
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #waiters: ((key: string | undefined) => void)[] = [];
  #shuttingDown = false;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#bucket = new TokenBucket(RETRIES_PER_SECOND, RETRY_BURST, options.clock);
    this.#metrics?.watch(() => {
      const now = this.#clock.monotonic();
      return [...this.#processing.values()].map((since) => (now - since) / 1000);
    });
  }

  /** Keys that wait for a worker; neither the delayed ones nor those in work. */
  get length(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    if (this.#shuttingDown || this.#ready.has(key) || this.#again.has(key)) return;
    this.#metrics?.added();
    if (this.#processing.has(key)) this.#again.add(key);
    else this.#offer(key);
  }

  /** A key has one delay at most: the earliest that anybody asked for. */
  addAfter(key: string, ms: number): void {
    if (this.#shuttingDown) return;
    if (ms <= 0) return this.add(key);
    const at = this.#clock.monotonic() + ms;
    const existing = this.#delayed.get(key);
    if (existing !== undefined) {
      if (existing.at <= at) return;
      existing.cancel();
    }
    const cancel = this.#clock.after(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  /** After a failure: later each time until `forget`, and never more than the bucket gives for all keys together. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#metrics?.retried();
    this.addAfter(key, Math.max(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures), this.#bucket.reserve()));
  }

  /** The key is well again: its next failure is the first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  retriesOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key, when there is one; undefined when the queue has shut down and nothing is left. Each key needs its `done`. */
  get(): Promise<string | undefined> {
    const [next] = this.#ready.keys();
    if (next !== undefined) return Promise.resolve(this.#take(next));
    if (this.#shuttingDown) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) return;
    this.#processing.delete(key);
    this.#metrics?.worked((this.#clock.monotonic() - since) / 1000);
    if (this.#again.delete(key)) this.#offer(key);
  }

  /** Takes nothing more in and drops what is delayed. What waits is still handed out, so that nobody's change is left half seen. */
  shutDown(): void {
    this.#shuttingDown = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    for (const resolve of this.#waiters.splice(0)) resolve(undefined);
  }

  #offer(key: string): void {
    this.#ready.set(key, this.#clock.monotonic());
    this.#metrics?.depth(this.#ready.size);
    this.#waiters.shift()?.(this.#take(key));
  }

  #take(key: string): string {
    const now = this.#clock.monotonic();
    this.#metrics?.waited((now - (this.#ready.get(key) ?? now)) / 1000);
    this.#ready.delete(key);
    this.#metrics?.depth(this.#ready.size);
    this.#processing.set(key, now);
    return key;
  }
}
