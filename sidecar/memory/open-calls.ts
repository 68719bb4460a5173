/**
 * Calls that are there: each has a connection to its client and, once it is served, one to the server, whatever its size. All that is not
 * a stream counts, in every era and on every transport.
 */
import { FairShare } from './fair-share.ts';

/** In flight, of all principals; whoever is alone may have half of them. */
export const MAX_OPEN_CALLS = 1_024;
/** Also those that are still read, or are told that there is no room for them: to be told so under its id, a message has to be read. */
const MAX_PRESENT = 4 * MAX_OPEN_CALLS;

export class OpenCalls {
  readonly #present = new FairShare(MAX_PRESENT);
  readonly #served = new FairShare(MAX_OPEN_CALLS);

  /** Those that are served. */
  get size(): number {
    return this.#served.used;
  }

  /** Those, and all that are read or refused now. */
  get present(): number {
    return this.#present.used;
  }

  /** False when there is no room for one more of this owner's. */
  enter(owner: string): boolean {
    return this.#present.take(owner, 1);
  }

  leave(owner: string): void {
    this.#present.give(owner, 1);
  }

  /** False when too many are in flight. */
  serve(owner: string): boolean {
    return this.#served.take(owner, 1);
  }

  served(owner: string): void {
    this.#served.give(owner, 1);
  }
}
