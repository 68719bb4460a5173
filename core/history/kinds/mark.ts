/** That something happened, when it last did, and in a few words what it was. */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../place.ts';

export interface MarkOp extends Place {
  readonly kind: 'mark';
  /** Milliseconds for which it counts at most. */
  readonly forMs: number;
  /** For the reason of whoever asks for it later; nothing that a caller or server may write freely but names, at most 300 characters. */
  readonly note: string;
  /** It is written only where the operation in front of it, of the same rule, does not hold; that is looked at before anything is written. */
  readonly unlessHolds?: true;
  /** Milliseconds since it happened, where it is told late. Default: now. */
  readonly agoMs?: number;
}

/** As if it had never happened, for whoever asks whether it has: what was to be used once is used. */
export interface UnmarkOp extends Place {
  readonly kind: 'unmark';
}

/** Asks whether it happened, and writes nothing. */
export interface WhetherOp extends Place {
  readonly kind: 'whether';
  readonly withinMs: number;
  /** `Has`: it holds where it happened within that time. `HasNot`: where it did not. */
  readonly want: 'Has' | 'HasNot';
}

export interface MarkSeen {
  readonly kind: 'mark';
  readonly holds: boolean;
  /** Milliseconds ago, and the note of then; undefined: not within that time. */
  readonly last: { readonly agoMs: number; readonly note: string } | undefined;
}

/** `before`: what was seen of the operation in front of it. */
export function isDue(
  op: { readonly kind: string } | MarkOp,
  before: { readonly holds: boolean } | undefined,
): boolean {
  return !('unlessHolds' in op) || before?.holds === false;
}

/** As others may hear of it. */
export function withoutNote(seen: MarkSeen): MarkSeen {
  return seen.last === undefined ? seen : { ...seen, last: { ...seen.last, note: '' } };
}

export class MarkCell extends Cell {
  #at = -Infinity;
  #note = '';

  get bytes(): number {
    return 80 + 2 * this.#note.length;
  }

  look({ withinMs, want }: WhetherOp, now: number): MarkSeen {
    const agoMs = Math.max(0, now - this.#at);
    const last = agoMs <= withinMs && this.expiresAt > now ? { agoMs, note: this.#note } : undefined;
    return { kind: 'mark', holds: (want === 'Has') === (last !== undefined), last };
  }

  add({ forMs, note, agoMs = 0 }: MarkOp, now: number): void {
    const at = now - agoMs;
    // Of what is told late, something newer may be known.
    if (at >= this.#at) [this.#at, this.#note] = [at, note];
    this.expiresAt = Math.max(this.expiresAt, at + forMs);
  }

  end(): void {
    this.expiresAt = 0;
  }

  /** The later one. For whoever asks whether something has not happened; who asks whether it has is not told of what is forgotten. */
  fold(other: MarkCell): void {
    if (other.#at > this.#at) [this.#at, this.#note] = [other.#at, other.#note];
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  toJSON(): readonly unknown[] {
    return [this.#at, this.#note];
  }

  fill([at, note]: readonly unknown[]): boolean {
    if (!isNumber(at) || typeof note !== 'string') return false;
    [this.#at, this.#note] = [at, note];
    return true;
  }
}
