/** Cuts a byte stream into lines, holding no more than one of them. */
const LF = 0x0a;
const CR = 0x0d;

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: Buffer) => void;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number, onLine: (line: Buffer) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  /** False when a line grew beyond the bound; what follows is then up to the caller. Empty lines are passed over. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#pending.push(chunk.subarray(start, end));
      const line = this.#pending.length === 1 ? (this.#pending[0] as Buffer) : Buffer.concat(this.#pending);
      this.reset();
      if (line.length > this.#maxBytes) return false;
      const trimmed = line.at(-1) === CR ? line.subarray(0, -1) : line;
      if (trimmed.length > 0) this.#onLine(trimmed);
      start = end + 1;
    }
    if (start < chunk.length) this.#pending.push(chunk.subarray(start));
    this.#pendingBytes += chunk.length - start;
    return this.#pendingBytes <= this.#maxBytes;
  }

  /** Forgets the line begun. */
  reset(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
