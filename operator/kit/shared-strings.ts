/** The same words once: parsing makes a string of its own of every `Deployment`, every namespace and every label of every object. */

/** Names of namespaces, images, labels: few in thousands of objects. What is different in each of them would fill any table. */
const MAX_STRINGS = 20_000;
const MAX_LENGTH = 256;

export class SharedStrings {
  #known = new Map<string, string>();

  /** An equal string, the one that was seen first. */
  of<T extends string | undefined>(text: T): T;
  of(text: string | undefined): string | undefined {
    if (text === undefined || text.length > MAX_LENGTH) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    // What is in use comes again.
    if (this.#known.size >= MAX_STRINGS) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}
