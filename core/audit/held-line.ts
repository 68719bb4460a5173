/** One line of an audit file as its pieces come in: kept as long as it may be a record, and of a longer one only the hash. */
import { type Hash, createHash } from 'node:crypto';

/** Several times what the caps of record.ts allow. */
const MAX_LINE_BYTES = 1024 * 1024;

export type WholeLine = { readonly bytes: Uint8Array } | { readonly oversized: string };

export class HeldLine {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #hash: Hash | undefined = undefined;

  /** Bytes of the line so far. */
  get length(): number {
    return this.#bytes;
  }

  push(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#hash === undefined && this.#bytes > MAX_LINE_BYTES) {
      this.#hash = createHash('sha256');
      for (const earlier of this.#parts) this.#hash.update(earlier);
      this.#parts = [];
    }
    if (this.#hash === undefined) this.#parts.push(part);
    else this.#hash.update(part);
  }

  /** The line is over; the next one begins. `oversized` is its SHA-256. */
  take(): WholeLine {
    const line = this.#hash === undefined ? { bytes: joined(this.#parts) } : { oversized: this.#hash.digest('hex') };
    this.drop();
    return line;
  }

  drop(): void {
    this.#parts = [];
    this.#bytes = 0;
    this.#hash = undefined;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts);
}
