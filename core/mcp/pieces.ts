/**
 * A text in the pieces that it came in. What is large is forwarded as these very pieces; to put them together costs as much memory
 * again, and is left to whoever has to have it whole.
 */
export class Pieces {
  /** None of them is empty, unless the text is. */
  readonly list: readonly Buffer[];
  /** In bytes. */
  readonly length: number;
  #whole: Buffer | undefined;

  constructor(list: readonly Buffer[], length: number) {
    this.list = list;
    this.length = length;
    this.#whole = list.length === 1 ? list[0] : undefined;
  }

  static of(bytes: Buffer): Pieces {
    return new Pieces([bytes], bytes.length);
  }

  /** The text as one; put together once, whoever asks for it. */
  get whole(): Buffer {
    return (this.#whole ??= Buffer.concat(this.list, this.length));
  }

  /** Itself, or the one piece that it is. */
  get plain(): Buffer | Pieces {
    return this.list.length === 1 ? (this.list[0] as Buffer) : this;
  }

  /** It is one, or has been put together. */
  get isWhole(): boolean {
    return this.#whole !== undefined;
  }

  byteAt(index: number): number | undefined {
    return this.#whole === undefined ? this.slice(index, index + 1)[0] : this.#whole[index];
  }

  /** A copy only where it lies in more than one piece. */
  slice(start: number, end: number): Buffer {
    if (this.#whole !== undefined) return this.#whole.subarray(start, end);
    const { list } = this.part(start, end);
    return list.length === 1 ? (list[0] as Buffer) : Buffer.concat(list);
  }

  /** A part of the text, still in pieces. */
  part(start: number, end: number): Pieces {
    if (this.#whole !== undefined) return Pieces.of(this.#whole.subarray(start, end));
    const list: Buffer[] = [];
    let before = 0;
    for (const piece of this.list) {
      const [from, to] = [Math.max(start - before, 0), Math.min(end - before, piece.length)];
      if (from < to) list.push(from === 0 && to === piece.length ? piece : piece.subarray(from, to));
      before += piece.length;
      if (before >= end) break;
    }
    return list.length === 0 ? NOTHING : new Pieces(list, Math.max(0, Math.min(end, this.length) - start));
  }
}

const NOTHING = Pieces.of(Buffer.alloc(0));
