/** Values of labels that come from outside: each is memory for ever, so only so many of them, and none without end. */

const MAX_LABEL_LENGTH = 128;
const OTHER = '_other';

export class BoundedLabels {
  readonly #known = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The first ones keep their names; nothing stays nothing. */
  of(name: string): string {
    if (name === '' || this.#known.has(name)) return name;
    if (this.#known.size >= this.#most || name.length > MAX_LABEL_LENGTH) return OTHER;
    this.#known.add(name);
    return name;
  }
}
