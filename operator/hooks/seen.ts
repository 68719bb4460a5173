/**
 * What has come before, so that it does nothing when it comes again. In memory, and so of this process: whoever replays to another replica
 * finds that the person has voted, and a vote is not cast twice.
 */
import type { Clock } from '../../core/clock.ts';

/** Beyond twice five minutes, the widest span in which one signature is good, nothing has to be remembered. */
const KEEP_MS = 10 * 60_000;
/** Only what is proven gets here. Beyond it the oldest go. */
const MAX = 4096;

interface Entry<T> {
  readonly at: number;
  readonly what: T;
}

export class Seen<T> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** What came under that key, if it was not long ago. */
  get(key: string): T | undefined {
    this.#forgetOld();
    return this.#entries.get(key)?.what;
  }

  set(key: string, what: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, { at: this.#clock.monotonic(), what });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX) break;
      this.#entries.delete(oldest);
    }
  }

  /** What came to nothing may come again. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  #forgetOld(): void {
    const since = this.#clock.monotonic() - KEEP_MS;
    // The oldest come first.
    for (const [key, { at }] of this.#entries) {
      if (at >= since) break;
      this.#entries.delete(key);
    }
  }
}
