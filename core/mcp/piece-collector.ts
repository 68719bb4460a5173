/** Gathers the pieces of a text. Large ones stay where they are; small ones are copied together, or each would cost more than its bytes. */
import { Pieces } from './pieces.ts';

/** A piece keeps all of the memory alive that it is a part of: a read of a socket, 64 KiB at the most. */
const MIN_KEPT_BYTES = 16 * 1024;
const MIN_BLOCK_BYTES = 1024;
const MAX_BLOCK_BYTES = 64 * 1024;
const EMPTY = Buffer.alloc(0);

export class PieceCollector {
  #pieces: Buffer[] = [];
  /** Of what came so far; nearly all that comes, comes in one piece. */
  #alone: Buffer | undefined = undefined;
  /** Bytes of all pieces and of the block. */
  #length = 0;
  /** What small pieces are copied to, and how far it is filled. Grows by doubling: many of them must not be copied for each other. */
  #block: Buffer = EMPTY;
  #filled = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory, filled or not. */
  get heldBytes(): number {
    return this.#length + this.#block.length - this.#filled;
  }

  push(piece: Buffer): void {
    if (piece.length === 0) return;
    const isFirst = this.#length === 0;
    this.#length += piece.length;
    if (isFirst) {
      this.#alone = piece;
      return;
    }
    const alone = this.#alone;
    this.#alone = undefined;
    if (alone !== undefined) this.#add(alone);
    this.#add(piece);
  }

  #add(piece: Buffer): void {
    if (piece.length >= MIN_KEPT_BYTES) {
      this.#endBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#filled + piece.length > MAX_BLOCK_BYTES) this.#endBlock();
    const length = this.#filled + piece.length;
    if (length > this.#block.length) this.#growBlock(length);
    piece.copy(this.#block, this.#filled);
    this.#filled = length;
  }

  /** All of it, and one last piece, which is not copied; the collector is empty afterwards. */
  take(last: Buffer): Pieces {
    if (this.#length === 0) return Pieces.of(last);
    const length = this.#length + last.length;
    this.#endBlock();
    if (this.#alone !== undefined) this.#pieces.push(this.#alone);
    this.#alone = undefined;
    if (last.length > 0) this.#pieces.push(last);
    const taken = new Pieces(this.#pieces, length);
    this.#pieces = [];
    this.#length = 0;
    return taken;
  }

  #growBlock(length: number): void {
    const larger = Buffer.allocUnsafe(Math.min(Math.max(2 * length, MIN_BLOCK_BYTES), MAX_BLOCK_BYTES));
    this.#block.copy(larger, 0, 0, this.#filled);
    this.#block = larger;
  }

  /** What was handed out must stay as it is: what follows begins a new one. */
  #endBlock(): void {
    if (this.#filled > 0) this.#pieces.push(this.#block.subarray(0, this.#filled));
    this.#block = EMPTY;
    this.#filled = 0;
  }
}
