/** A connection on which nothing has come for too long is dead, as far as anybody can tell. */
import type { Timers } from './clock.ts';

export class Silence {
  readonly #limitMs: number;
  readonly #clock: Timers;
  readonly #abort: AbortController;
  #last: number;
  #cancel: () => void;

  /** Aborts when `touch` was not called for so long. */
  constructor(limitMs: number, clock: Timers, abort: AbortController) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#abort = abort;
    this.#last = clock.monotonic();
    this.#cancel = clock.after(limitMs, () => this.#check());
  }

  touch(): void {
    this.#last = this.#clock.monotonic();
  }

  cancel(): void {
    this.#cancel();
  }

  #check(): void {
    const quiet = this.#clock.monotonic() - this.#last;
    if (quiet >= this.#limitMs) this.#abort.abort(new Error(`the watch was silent for ${Math.round(quiet / 1000)} s`));
    else this.#cancel = this.#clock.after(this.#limitMs - quiet, () => this.#check());
  }
}
