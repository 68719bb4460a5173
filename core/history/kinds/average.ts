/** What is usual: an average in which each value counts for a twentieth, and how many there were (EWMA). */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../place.ts';

export interface AverageOp extends Place {
  readonly kind: 'average';
  readonly value: number;
  /** Milliseconds between two values that count: a rate that is asked for at each call would take every burst for usual. 0: each counts. */
  readonly everyMs: number;
  /** Milliseconds for which it is kept after the last one. */
  readonly forMs: number;
}

export interface AverageSeen {
  readonly kind: 'average';
  readonly holds: true;
  /** Before this one. */
  readonly mean: number;
  readonly count: number;
}

export const WEIGHT = 1 / 20;

export class AverageCell extends Cell {
  #mean = 0;
  #count = 0;
  #at = 0;

  get bytes(): number {
    return 64;
  }

  look(): AverageSeen {
    return { kind: 'average', holds: true, mean: this.#mean, count: this.#count };
  }

  add({ value, forMs, everyMs }: AverageOp, now: number): void {
    this.expiresAt = now + forMs;
    if (this.#count > 0 && now - this.#at < everyMs) return;
    this.#at = now;
    this.#count++;
    // The first ones count alike, or the very first would be what is usual for a long time.
    this.#mean += Math.max(WEIGHT, 1 / this.#count) * (value - this.#mean);
  }

  /** What is unusual for whoever has less is so for whoever is forgotten. */
  fold(other: AverageCell): void {
    this.#mean = this.#count === 0 ? other.#mean : Math.min(this.#mean, other.#mean);
    this.#count = Math.max(this.#count, other.#count);
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  toJSON(): readonly unknown[] {
    return [this.#mean, this.#count, this.#at];
  }

  fill([mean, count, at]: readonly unknown[]): boolean {
    if (!isNumber(mean) || !isNumber(count) || !isNumber(at)) return false;
    [this.#mean, this.#count, this.#at] = [mean, count, at];
    return true;
  }
}
