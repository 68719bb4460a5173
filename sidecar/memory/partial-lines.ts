/**
 * Bytes of lines that have no end yet, over all programs of a gate. Each line has a bound, and so has the number of programs; their product
 * is a gibibyte and more, which one client could make them write.
 */

/** Somebody who holds bytes of one line. */
export interface PartialLine {
  readonly heldBytes: number;
  /** Lets go of the line; all but whose it is. */
  giveUp(): void;
}

const DEFAULT_BYTES = 64 * 1024 * 1024;
/** One line of the largest kind has room in any case. */
const LEAST_BYTES = 16 * 1024 * 1024;

/** The bound in bytes, where the process may take so many (0 or undefined: nobody said): a quarter of it at most. */
export function partialLinesBound(constrainedBytes: number | undefined): number {
  if (constrainedBytes === undefined || constrainedBytes <= 0) return DEFAULT_BYTES;
  return Math.max(LEAST_BYTES, Math.min(DEFAULT_BYTES, Math.floor(constrainedBytes / 4)));
}

export class PartialLines {
  readonly #maxBytes: number;
  readonly #lines = new Set<PartialLine>();
  #bytes = 0;

  constructor(maxBytes: number = partialLinesBound(process.constrainedMemory())) {
    this.#maxBytes = maxBytes;
  }

  /** `line` holds so many bytes more, or less. Over the bound the largest one is given up, which may be this one. */
  changed(line: PartialLine, bytes: number): void {
    this.#bytes += bytes;
    if (line.heldBytes > 0) this.#lines.add(line);
    else this.#lines.delete(line);
    // Ends: each turn takes one out, through a call of this with what it held.
    while (this.#bytes > this.#maxBytes && this.#lines.size > 0) this.#largest()?.giveUp();
  }

  #largest(): PartialLine | undefined {
    let largest: PartialLine | undefined = undefined;
    let most = 0;
    for (const line of this.#lines) {
      if (line.heldBytes <= most) continue;
      largest = line;
      most = line.heldBytes;
    }
    return largest;
  }
}
