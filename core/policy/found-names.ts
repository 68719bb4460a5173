/**
 * What was found for the names that were asked about lately: clients call the same few tools again and again, and matching patterns is
 * most of what a decision takes. What it has cost is kept with it and charged each time, so that no verdict depends on what was asked
 * before.
 */

interface Found<T> {
  readonly groups: readonly T[];
  readonly work: number;
}

/** Many more than a server has tools that are in use at a time; whoever asks about more gets no quicker answers. */
const MAX_NAMES = 256;
const MAX_NAME_LENGTH = 256;
/** Names that found no place, after which all have to find theirs anew: what was asked about once may not be asked about again. */
const PATIENCE = 4096;

export class FoundNames<T> {
  readonly #found = new Map<string, Found<T>>();
  #turnedAway = 0;

  get(name: string): Found<T> | undefined {
    return this.#found.get(name);
  }

  keep(name: string, groups: readonly T[], work: number): void {
    if (name.length > MAX_NAME_LENGTH) return;
    if (this.#found.size >= MAX_NAMES) {
      // Whoever asks about ever new names takes none of the places of those that are asked about again.
      if (++this.#turnedAway < PATIENCE) return;
      this.clear();
    }
    this.#found.set(name, { groups, work });
  }

  clear(): void {
    this.#found.clear();
    this.#turnedAway = 0;
  }
}
