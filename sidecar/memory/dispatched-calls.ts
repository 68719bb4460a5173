/**
 * Calls that the server has, and whose end is not on record yet. Most end within milliseconds; those that do not are handed over
 * once they are old, so that a killed gate leaves a trace of them.
 */
import { InOrder, Place } from './in-order.ts';

interface Dispatched<T> {
  /** Monotonic milliseconds at which it was handed to the server. */
  readonly forwardedAt: number;
  /** Its own place here, while it has one. */
  place: Place<T> | undefined;
}

/** How old a call has to be. */
export const OLD_AFTER_MS = 1_000;
/** A timer of its own for each call would cost more than the call's line. */
const SWEEP_MS = 200;

export class DispatchedCalls<T extends Dispatched<T>> {
  readonly #now: () => number;
  readonly #onOld: (call: T) => void;
  /** In the order in which they were handed over. */
  readonly #young = new InOrder<T>();
  readonly #old = new InOrder<T>();
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
    call.place = new Place(call);
    if (isOnRecord) {
      this.#old.enter(call.place);
      return;
    }
    this.#young.enter(call.place);
    this.#sweepLater();
  }

  delete(call: T): void {
    const { place } = call;
    if (place === undefined) return;
    if (!this.#young.leave(place)) this.#old.leave(place);
    call.place = undefined;
  }

  /** All of them, for the end of the process. */
  all(): T[] {
    return [...this.#young.all(), ...this.#old.all()];
  }

  readonly #sweepNow = (): void => {
    this.#isSweepDue = false;
    const bornBefore = this.#now() - OLD_AFTER_MS;
    for (let call = this.#young.first; call !== undefined; call = this.#young.first) {
      if (call.forwardedAt > bornBefore || call.place === undefined) break;
      this.#young.leave(call.place);
      this.#old.enter(call.place);
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
