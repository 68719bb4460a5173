/** What a server said to a client that has no stream open, until it opens one. */

/** Older ones are dropped first. */
const MAX_EVENTS = 100;
const MAX_BYTES = 1024 * 1024;

export class KeptEvents {
  readonly #events: Buffer[] = [];
  #bytes = 0;

  /** Returns how many were dropped to make room. */
  add(event: Buffer): number {
    this.#events.push(event);
    this.#bytes += event.length;
    let dropped = 0;
    while (this.#events.length > MAX_EVENTS || this.#bytes > MAX_BYTES) {
      this.#bytes -= this.#events.shift()?.length ?? 0;
      dropped++;
    }
    return dropped;
  }

  /** All of them, oldest first; none is kept any more. */
  takeAll(): Buffer[] {
    this.#bytes = 0;
    return this.#events.splice(0);
  }
}
