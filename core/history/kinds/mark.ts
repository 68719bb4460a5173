/** That something happened, when it last did, and in a few words what it was. */
import type { Place } from '../ops.ts';

export interface MarkOp extends Place {
  readonly kind: 'mark';
  /** Milliseconds for which it counts at most. */
  readonly forMs: number;
  /** For the reason of whoever asks for it later; nothing that a caller or server may write freely but names, at most 300 characters. */
  readonly note: string;
  /** Milliseconds since it happened, where it is told late. Default: now. */
  readonly agoMs?: number;
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

export class MarkCell {
  at: number;
  note: string;
  expiresAt: number;

  constructor(at = -Infinity, note = '', expiresAt = 0) {
    this.at = at;
    this.note = note;
    this.expiresAt = expiresAt;
  }

  look({ withinMs, want }: WhetherOp, now: number): MarkSeen {
    const agoMs = Math.max(0, now - this.at);
    const last = agoMs <= withinMs && this.expiresAt > now ? { agoMs, note: this.note } : undefined;
    return { kind: 'mark', holds: (want === 'Has') === (last !== undefined), last };
  }

  add({ forMs, note, agoMs = 0 }: MarkOp, now: number): void {
    const at = now - agoMs;
    // Of what is told late, something newer may be known.
    if (at >= this.at) {
      this.at = at;
      this.note = note;
    }
    this.expiresAt = Math.max(this.expiresAt, at + forMs);
  }
}
