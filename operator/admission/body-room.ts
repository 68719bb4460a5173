/**
 * One bound on all bodies that are held at once. Whoever reaches the port may send them, and webhooks know nobody: seventy bodies of the
 * largest size, each sent but for its last byte, would be the memory of the whole operator.
 */

/** With what parsing makes of them this is half of the memory that the chart gives. */
const MAX_BYTES = 64 * 2 ** 20;
/** So that one pod cannot keep out the API server. */
const MAX_BYTES_OF_SOURCE = 32 * 2 ** 20;

/** What one request holds. */
export interface Share {
  /** False where there is no room for so many bytes more. */
  take(bytes: number): boolean;
  /** Gives all of it back. */
  close(): void;
}

export class BodyRoom {
  readonly #bySource = new Map<string, number>();
  #bytes = 0;

  /** `source`: the address of who sends it. */
  open(source: string): Share {
    let own = 0;
    const add = (bytes: number): void => {
      own += bytes;
      this.#bytes += bytes;
      const held = (this.#bySource.get(source) ?? 0) + bytes;
      if (held > 0) this.#bySource.set(source, held);
      else this.#bySource.delete(source);
    };
    return {
      take: (bytes) => {
        const ofSource = this.#bySource.get(source) ?? 0;
        if (this.#bytes + bytes > MAX_BYTES || ofSource + bytes > MAX_BYTES_OF_SOURCE) return false;
        add(bytes);
        return true;
      },
      close: () => add(-own),
    };
  }
}
