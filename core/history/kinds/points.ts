/** Points that fade: each has half its weight after every half-life. They are kept one by one, since a sum that nobody can explain is switched off. */
import { Cell, isNumber } from '../cell.ts';
import type { Place } from '../place.ts';

export interface Contribution {
  readonly points: number;
  /** A word or a few that say for what, for whoever reads the sum: no text of a caller but names, at most 100 characters. */
  readonly why: string;
}

export interface PointsOp extends Place {
  readonly kind: 'points';
  readonly halfLifeMs: number;
  /** Written when it is taken; none: it only looks. */
  readonly add: readonly Contribution[];
  /** Undefined: whatever they come to. Otherwise it does not hold from so many points on, those that are added included. */
  readonly below: number | undefined;
}

export interface PointsSeen {
  readonly kind: 'points';
  readonly holds: boolean;
  /** Before anything is added. */
  readonly sum: number;
  /** What it is made of, those with the most points now in front. */
  readonly parts: readonly { readonly points: number; readonly why: string; readonly agoMs: number }[];
}

type Item = readonly [points: number, at: number, why: string];

/** Of one place. Of more, the two oldest become one, with the name of the larger. */
export const MAX_ITEMS = 24;
/** After so many half-lives nothing is left that would be seen. */
export const HALF_LIVES = 12;

export class PointsCell extends Cell {
  #items: Item[] = [];
  #halfLifeMs = 1;

  get bytes(): number {
    return this.#items.reduce((sum, [, , why]) => sum + 48 + 2 * why.length, 64);
  }

  look(op: PointsOp, now: number): PointsSeen {
    return pointsSeen(
      op,
      this.#items.map(([points, at, why]) => ({ points, why, agoMs: Math.max(0, now - at) })),
    );
  }

  add({ halfLifeMs, add }: PointsOp, now: number): void {
    this.#halfLifeMs = halfLifeMs;
    for (const { points, why } of add) if (points > 0) this.#items.push([points, now, why]);
    this.#items = this.#items.filter(([, at]) => now - at < HALF_LIVES * halfLifeMs);
    while (this.#items.length > MAX_ITEMS) this.#joinOldest(halfLifeMs);
    const last = this.#items.at(-1);
    this.expiresAt = last === undefined ? 0 : last[1] + HALF_LIVES * halfLifeMs;
  }

  /** As one of the time of the younger: their sum is the same at every later moment. */
  #joinOldest(halfLifeMs: number): void {
    const [one, other] = this.#items.splice(0, 2);
    if (one === undefined || other === undefined) return;
    const left = faded(one[0], one[1], other[1], halfLifeMs);
    this.#items.unshift([left + other[0], other[1], left > other[0] ? one[2] : other[2]]);
  }

  /** Of the two, the one with more points; those of both would be nobody's. */
  fold(other: PointsCell): void {
    const now = Math.max(this.#items.at(-1)?.[1] ?? 0, other.#items.at(-1)?.[1] ?? 0);
    if (other.#sum(now) > this.#sum(now)) [this.#items, this.#halfLifeMs] = [other.#items, other.#halfLifeMs];
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  #sum(now: number): number {
    return this.#items.reduce((all, [points, at]) => all + faded(points, at, now, this.#halfLifeMs), 0);
  }

  toJSON(): readonly unknown[] {
    return [this.#halfLifeMs, this.#items];
  }

  fill([halfLifeMs, items]: readonly unknown[]): boolean {
    if (!isNumber(halfLifeMs) || halfLifeMs <= 0 || !Array.isArray(items) || !items.every(isItem)) return false;
    [this.#halfLifeMs, this.#items] = [halfLifeMs, items];
    return true;
  }
}

/** `given`: as they were when they were given. */
export function pointsSeen({ halfLifeMs, add, below }: PointsOp, given: PointsSeen['parts']): PointsSeen {
  const parts = given
    .map(({ points, why, agoMs }) => ({ points: faded(points, 0, agoMs, halfLifeMs), why, agoMs }))
    .toSorted((a, b) => b.points - a.points);
  const sum = parts.reduce((all, { points }) => all + points, 0);
  const own = add.reduce((all, { points }) => all + points, 0);
  return { kind: 'points', holds: below === undefined || sum + own < below, sum, parts };
}

function faded(points: number, at: number, now: number, halfLifeMs: number): number {
  return points * 2 ** (-Math.max(0, now - at) / halfLifeMs);
}

function isItem(said: unknown): said is Item {
  return Array.isArray(said) && isNumber(said[0]) && isNumber(said[1]) && typeof said[2] === 'string';
}
