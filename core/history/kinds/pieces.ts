/** The last few of something, each a text that only whoever wrote it can read. */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../place.ts';

export interface KeepOp extends Place {
  readonly kind: 'keep';
  /** Sealed: nobody who sees the store can read it. At most 4096 characters. */
  readonly text: string;
  /** Of them the newest are kept. */
  readonly most: number;
  /** Milliseconds. */
  readonly forMs: number;
}

/** Reads them, and writes nothing. */
export interface KeptOp extends Place {
  readonly kind: 'kept';
  readonly withinMs: number;
}

export interface KeptSeen {
  readonly kind: 'kept';
  readonly holds: true;
  /** Oldest first. */
  readonly texts: readonly string[];
}

interface Piece {
  readonly at: number;
  readonly text: string;
}

export class PiecesCell extends Cell {
  #pieces: readonly Piece[] = [];

  get bytes(): number {
    return 80 + this.#pieces.reduce((sum, { text }) => sum + 64 + text.length, 0);
  }

  look({ withinMs }: KeptOp, now: number): KeptSeen {
    const texts = this.#pieces.filter(({ at }) => now - at <= withinMs).map(({ text }) => text);
    return { kind: 'kept', holds: true, texts };
  }

  add({ text, most, forMs }: KeepOp, now: number): void {
    this.#pieces = [...this.#pieces, { at: now, text }].slice(-most);
    this.expiresAt = Math.max(this.expiresAt, now + forMs);
  }

  /** Pieces of another are nobody else's. */
  fold(): void {}

  toJSON(): readonly unknown[] {
    return this.#pieces.map(({ at, text }) => [at, text]);
  }

  fill(said: readonly unknown[]): boolean {
    if (!said.every(isPiece)) return false;
    this.#pieces = said.map(([at, text]) => ({ at, text }));
    return true;
  }
}

function isPiece(said: unknown): said is [number, string] {
  return Array.isArray(said) && isNumber(said[0]) && typeof said[1] === 'string';
}
