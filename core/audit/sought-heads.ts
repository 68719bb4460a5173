/** Hashes of lines that must be among those that are read: a head that was noted earlier, the last lines of copies. */
import type { Place } from './report.ts';

export class SoughtHeads {
  readonly #places = new Map<string, Place | undefined>();

  /** Hashes are in lower case. */
  constructor(hashes: Iterable<string>) {
    for (const hash of hashes) this.#places.set(hash, undefined);
  }

  see(hash: string, place: Place): void {
    if (this.#places.size > 0 && this.#places.has(hash) && this.#places.get(hash) === undefined)
      this.#places.set(hash, place);
  }

  /** The first line with this hash. */
  placeOf(hash: string | undefined): Place | undefined {
    return hash === undefined ? undefined : this.#places.get(hash);
  }
}
