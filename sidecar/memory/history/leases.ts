/**
 * Places that calls hold are renewed for as long as they hold them: a stream may last for hours, and a place ends by itself a minute
 * after the last that was heard of it, because a gate that was killed gives nothing back.
 */
import type { Past } from './past.ts';
import { type History, note } from './history.ts';

/** Well before the end of a place, with room for a store that answers late. */
const EVERY_MS = 20_000;

export class Leases {
  readonly #history: History;
  readonly #everyMs: number;
  readonly #held = new Set<Past>();
  #isDue = false;

  constructor(history: History, everyMs = EVERY_MS) {
    this.#history = history;
    this.#everyMs = everyMs;
  }

  get size(): number {
    return this.#held.size;
  }

  /** What it has taken is its own from now on. */
  hold(past: Past): void {
    if (past.leases.length === 0) return;
    this.#held.add(past);
    this.#renewLater();
  }

  drop(past: Past): void {
    this.#held.delete(past);
  }

  readonly #renew = (): void => {
    this.#isDue = false;
    for (const past of this.#held) note(this.#history, past.leases);
    if (this.#held.size > 0) this.#renewLater();
  };

  /** One timer for all of them, and none where nobody holds anything. */
  #renewLater(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(this.#renew, this.#everyMs).unref();
  }
}
