/**
 * Bytes that come in pieces and are needed as one. They are copied as they come, so that there is one copy of them and not two. Nor are
 * pieces kept: whoever sends says how small they are (chunks of one byte, RFC 9112 §7.1), and each takes some hundred bytes of memory.
 */
export class Collector {
  #bytes: Buffer = NOTHING;
  #length = 0;
  /** The memory was allocated here. */
  #isOwn = false;
  /** How many bytes will come, where that is known; else 0. */
  readonly expected: number;

  /** Memory for what is expected is not touched before it comes. */
  constructor(expected = 0) {
    this.expected = expected;
  }

  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    // Nearly all that comes, comes in one piece.
    if (this.#length === 0) this.#bytes = chunk;
    else {
      if (this.#length + chunk.length > this.#bytes.length || this.#length === this.#bytes.length) this.#grow(chunk);
      chunk.copy(this.#bytes, this.#length);
    }
    this.#length += chunk.length;
  }

  /** All of it; the collector is empty afterwards. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = NOTHING;
    this.#length = 0;
    this.#isOwn = false;
    return taken;
  }

  #grow(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    const before = this.#bytes;
    // Not from the pool: it must be given back by itself.
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(length > this.expected ? 2 * length : this.expected, length));
    before.copy(this.#bytes, 0, 0, this.#length);
    // Nobody else has seen it. A collection of garbage may be long in coming, and what it would free is off the heap.
    if (this.#isOwn) (before.buffer as ArrayBuffer).transfer(0);
    this.#isOwn = true;
  }
}

const NOTHING = Buffer.alloc(0);
