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
  /** Two lists and no map: most have none or one, and each call makes one anew. When each ends stands at the place of its id. */
  #ids: string[] = [];
  #ends: number[] = [];

  get bytes(): number {
    return 120 + 100 * this.#ids.length;
  }

  look({ id, limit }: LeaseOp, now: number): LeaseSeen {
    let taken = 0;
    for (let i = 0; i < this.#ids.length; i++) if ((this.#ends[i] ?? 0) > now && this.#ids[i] !== id) taken++;
    return { kind: 'lease', holds: taken < limit, taken };
  }

  add({ id, forMs }: LeaseOp, now: number): void {
    for (let i = this.#ids.length - 1; i >= 0; i--) if ((this.#ends[i] ?? 0) <= now) this.#drop(i);
    const at = this.#ids.indexOf(id);
    if (at !== -1) this.#ends[at] = now + forMs;
    else if (this.#ids.length === 0) [this.#ids, this.#ends] = [[id], [now + forMs]];
    else {
      this.#ids.push(id);
      this.#ends.push(now + forMs);
    }
    this.expiresAt = Math.max(this.expiresAt, now + forMs);
  }

  release({ id }: ReleaseOp): void {
    const at = this.#ids.indexOf(id);
    if (at !== -1) this.#drop(at);
    if (this.#ids.length === 0) this.expiresAt = 0;
  }

  #drop(at: number): void {
    this.#ids.splice(at, 1);
    this.#ends.splice(at, 1);
  }

  /** The more of the two: of whoever is forgotten, no more were out. */
  fold(other: LeaseCell): void {
    if (other.#ids.length > this.#ids.length) [this.#ids, this.#ends] = [[...other.#ids], [...other.#ends]];
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  toJSON(): readonly unknown[] {
    return this.#ids.map((id, i) => [id, this.#ends[i]]);
  }

  /** An id twice counts as it was said last. */
  fill(said: readonly unknown[]): boolean {
    if (!said.every(isLease)) return false;
    const leases = new Map(said);
    [this.#ids, this.#ends] = [[...leases.keys()], [...leases.values()]];
    return true;
  }
}

function isLease(said: unknown): said is [string, number] {
  return Array.isArray(said) && typeof said[0] === 'string' && isNumber(said[1]);
}
