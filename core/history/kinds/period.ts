/** A sum until a fixed moment, such as the end of a day of the calendar. Which period it is has to be a part of `of` or `whom`. */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../place.ts';
import type { SumSeen } from './window.ts';

export interface PeriodOp extends Place {
  readonly kind: 'period';
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  /** Undefined: it is only added up. */
  readonly limit: number | undefined;
  readonly add: number;
}

/** A clock that is a day ahead for a moment must not end the day for all. */
const KEPT_LONGER_MS = 24 * 3_600_000;

export class PeriodCell extends Cell {
  #sum = 0;

  get bytes(): number {
    return 64;
  }

  look({ limit, add, endsAt }: PeriodOp, now: number): SumSeen {
    const sum = this.#sum;
    const resetMs = Math.max(0, endsAt - now);
    if (limit === undefined || sum + add <= limit) return { kind: 'sum', holds: true, sum, waitMs: 0, resetMs };
    return { kind: 'sum', holds: false, sum, waitMs: add > limit ? undefined : Math.max(1, resetMs), resetMs };
  }

  add({ add, endsAt }: PeriodOp, now: number): void {
    this.#sum += add;
    // A period that is over already, as seen by the latest clock, would begin anew at every call if nothing of it were kept.
    this.expiresAt = Math.max(endsAt, now) + KEPT_LONGER_MS;
  }

  fold(other: PeriodCell): void {
    this.#sum = Math.max(this.#sum, other.#sum);
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  toJSON(): readonly unknown[] {
    return [this.#sum];
  }

  fill([sum]: readonly unknown[]): boolean {
    if (!isNumber(sum)) return false;
    this.#sum = sum;
    return true;
  }
}
