/**
 * Calls that the server has, and whose end is not on record yet. Most end within milliseconds; those that do not are handed over
 * once they are old, so that a killed gate leaves a trace of them.
 */

interface Dispatched {
  /** Monotonic milliseconds at which it was handed to the server. */
  readonly forwardedAt: number;
}

/** How old a call has to be. */
export const OLD_AFTER_MS = 1_000;
/** A timer of its own for each call would cost more than the call's line. */
const SWEEP_MS = 200;

export class DispatchedCalls<T extends Dispatched> {
  readonly #now: () => number;
  readonly #onOld: (call: T) => void;
  /** In the order in which they were handed over. */
  readonly #young = new Set<T>();
  readonly #old = new Set<T>();
  #isSweepDue = false;

  /** `now`: monotonic milliseconds; `onOld` is called once for a call that grows old. */
  constructor(now: () => number, onOld: (call: T) => void) {
    this.#now = now;
    this.#onOld = onOld;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** `isOnRecord`: there is a trace of it already. */
  add(call: T, isOnRecord: boolean): void {
    if (isOnRecord) {
      this.#old.add(call);
      return;
    }
    this.#young.add(call);
    this.#sweepLater();
  }

  delete(call: T): void {
    if (!this.#young.delete(call)) this.#old.delete(call);
  }

  /** All of them, for the end of the process. */
  all(): T[] {
    return [...this.#young, ...this.#old];
  }

  readonly #sweepNow = (): void => {
    this.#isSweepDue = false;
    const bornBefore = this.#now() - OLD_AFTER_MS;
    for (const call of this.#young) {
      if (call.forwardedAt > bornBefore) break;
      this.#young.delete(call);
      this.#old.add(call);
      this.#onOld(call);
    }
    if (this.#young.size > 0) this.#sweepLater();
  };

  #sweepLater(): void {
    if (this.#isSweepDue) return;
    this.#isSweepDue = true;
    setTimeout(this.#sweepNow, SWEEP_MS).unref();
  }
}
