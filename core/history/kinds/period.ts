/** A sum until a fixed moment, such as the end of a day of the calendar. Which period it is has to be a part of `of` or `whom`. */
import type { Place } from '../ops.ts';
import type { SumSeen } from './window.ts';

export interface PeriodOp extends Place {
  readonly kind: 'period';
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  /** Undefined: it is only added up. */
  readonly limit: number | undefined;
  readonly add: number;
}

export class PeriodCell {
  sum: number;
  expiresAt: number;

  constructor(sum = 0, expiresAt = 0) {
    this.sum = sum;
    this.expiresAt = expiresAt;
  }

  look({ limit, add, endsAt }: PeriodOp, now: number): SumSeen {
    const { sum } = this;
    const resetMs = Math.max(0, endsAt - now);
    if (limit === undefined || sum + add <= limit) return { kind: 'sum', holds: true, sum, waitMs: 0, resetMs };
    return { kind: 'sum', holds: false, sum, waitMs: add > limit ? undefined : Math.max(1, resetMs), resetMs };
  }

  add({ add, endsAt }: PeriodOp): void {
    this.sum += add;
    this.expiresAt = endsAt;
  }
}
