/**
 * The newest of what is over, found by id. Everything comes here once and hardly anything is looked for, so adding costs a store, and
 * looking goes through all of it.
 */
import type { MessageId } from '../../core/mcp/message.ts';

const MAX_PAST = 1_000;

export class Past<T extends { readonly id: MessageId }> {
  readonly #ring: (T | undefined)[] = [];
  #added = 0;

  add(thing: T): void {
    this.#ring[this.#added % MAX_PAST] = thing;
    this.#added++;
  }

  newest(id: MessageId): T | undefined {
    return this.#ring[this.#indexOf(id)];
  }

  /** All that have the id. */
  forget(id: MessageId): void {
    for (let at = this.#indexOf(id); at >= 0; at = this.#indexOf(id)) this.#ring[at] = undefined;
  }

  #indexOf(id: MessageId): number {
    for (let back = 1; back <= this.#ring.length; back++) {
      const at = (this.#added - back) % MAX_PAST;
      if (this.#ring[at]?.id === id) return at;
    }
    return -1;
  }
}
