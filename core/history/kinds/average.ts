/** What is usual: an average in which each value counts for a twentieth, and how many there were (EWMA). */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../ops.ts';

export interface AverageOp extends Place {
  readonly kind: 'average';
  readonly value: number;
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

const WEIGHT = 1 / 20;

export class AverageCell extends Cell {
  #mean = 0;
  #count = 0;

  get bytes(): number {
    return 64;
  }

  look(): AverageSeen {
    return { kind: 'average', holds: true, mean: this.#mean, count: this.#count };
  }

  add({ value, forMs }: AverageOp, now: number): void {
    this.#count++;
    // The first ones count alike, or the very first would be what is usual for a long time.
    this.#mean += Math.max(WEIGHT, 1 / this.#count) * (value - this.#mean);
    this.expiresAt = now + forMs;
  }

  /** What is unusual for whoever has less is so for whoever is forgotten. */
  fold(other: AverageCell): void {
    this.#mean = this.#count === 0 ? other.#mean : Math.min(this.#mean, other.#mean);
    this.#count = Math.max(this.#count, other.#count);
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  toJSON(): readonly unknown[] {
    return [this.#mean, this.#count];
  }

  fill([mean, count]: readonly unknown[]): boolean {
    if (!isNumber(mean) || !isNumber(count)) return false;
    [this.#mean, this.#count] = [mean, count];
    return true;
  }
}
