/** How many are at it at once. A lease that nobody gives back, because its gate was killed, ends by itself. */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../place.ts';

export interface LeaseOp extends Place {
  readonly kind: 'lease';
  /** Of the call; the same one again renews it. */
  readonly id: string;
  readonly limit: number;
  /** Milliseconds for which it is good. */
  readonly forMs: number;
}

export interface ReleaseOp extends Place {
  readonly kind: 'release';
  readonly id: string;
}

export interface LeaseSeen {
  readonly kind: 'lease';
  readonly holds: boolean;
  /** Without this one. */
  readonly taken: number;
}

export class LeaseCell extends Cell {
  /** By id, when it ends. */
  #leases = new Map<string, number>();

  get bytes(): number {
    return 120 + 100 * this.#leases.size;
  }

  look({ id, limit }: LeaseOp, now: number): LeaseSeen {
    let taken = 0;
    for (const [one, endsAt] of this.#leases) if (endsAt > now && one !== id) taken++;
    return { kind: 'lease', holds: taken < limit, taken };
  }

  add({ id, forMs }: LeaseOp, now: number): void {
    for (const [one, endsAt] of this.#leases) if (endsAt <= now) this.#leases.delete(one);
    this.#leases.set(id, now + forMs);
    this.expiresAt = Math.max(this.expiresAt, now + forMs);
  }

  release({ id }: ReleaseOp): void {
    this.#leases.delete(id);
    if (this.#leases.size === 0) this.expiresAt = 0;
  }

  /** The more of the two: of whoever is forgotten, no more were out. */
  fold(other: LeaseCell): void {
    if (other.#leases.size > this.#leases.size) this.#leases = new Map(other.#leases);
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  toJSON(): readonly unknown[] {
    return [...this.#leases];
  }

  fill(said: readonly unknown[]): boolean {
    if (!said.every(isLease)) return false;
    this.#leases = new Map(said);
    return true;
  }
}

function isLease(said: unknown): said is [string, number] {
  return Array.isArray(said) && typeof said[0] === 'string' && isNumber(said[1]);
}
