/**
 * A sum over a window that slides: never is more than `limit` taken in any stretch of `windowMs`. It is kept in `SLOTS` parts and
 * forgets by parts, so one that is used up comes back up to a sixteenth of the window late and never early. Chosen over GCRA, which
 * lets up to twice as much pass in a window that begins with a burst: whoever writes "60 in a minute" means that.
 */
import { Cell, isNumber, isNumbers } from '../cell.ts';
import type { Place } from '../place.ts';

export interface WindowOp extends Place {
  readonly kind: 'window';
  readonly windowMs: number;
  /** Undefined: it is only added up. */
  readonly limit: number | undefined;
  /** At least 0; what is known only afterwards, such as bytes of a result, is added without being asked. */
  readonly add: number;
}

/** What was added up is over: the next begins anew. */
export interface ClearOp extends Place {
  readonly kind: 'clear';
}

export interface SumSeen {
  readonly kind: 'sum';
  readonly holds: boolean;
  /** Before it is added. */
  readonly sum: number;
  /** Milliseconds until it would hold, if nothing else is added; 0 where it does; undefined: never, it is more than the limit by itself. */
  readonly waitMs: number | undefined;
  /** Milliseconds until nothing of the sum is left. */
  readonly resetMs: number;
}

const SLOTS = 16;

export class WindowCell extends Cell {
  /** Numbers of slots since the epoch, oldest first, and what was added in each. */
  #slots: number[] = [];
  #sums: number[] = [];
  /** Milliseconds of a slot; 0 while there is none. */
  #slotMs = 0;

  get bytes(): number {
    return 120 + 16 * this.#slots.length;
  }

  look({ windowMs, limit, add }: WindowOp, now: number): SumSeen {
    const slotMs = this.#inSlotsOf(windowMs / SLOTS);
    const oldest = Math.floor(now / slotMs) - SLOTS;
    let sum = 0;
    for (let i = 0; i < this.#slots.length; i++) if ((this.#slots[i] ?? 0) >= oldest) sum += this.#sums[i] ?? 0;
    const resetMs = sum === 0 ? 0 : Math.max(0, endOf(this.#slots.at(-1) ?? 0, slotMs) - now);
    if (limit === undefined || sum + add <= limit) return { kind: 'sum', holds: true, sum, waitMs: 0, resetMs };
    return { kind: 'sum', holds: false, sum, waitMs: this.#waitMs(sum + add - limit, oldest, slotMs, now), resetMs };
  }

  add({ windowMs, add }: WindowOp, now: number): void {
    const slotMs = this.#inSlotsOf(windowMs / SLOTS);
    const current = Math.floor(now / slotMs);
    while (this.#slots.length > 0 && (this.#slots[0] ?? 0) < current - SLOTS) {
      this.#slots.shift();
      this.#sums.shift();
    }
    const last = this.#slots.length - 1;
    if (last >= 0 && (this.#slots[last] ?? 0) >= current) this.#sums[last] = (this.#sums[last] ?? 0) + add;
    else if (add > 0) {
      // Neither pushed nor spread: that makes room for seventeen more, of every caller.
      this.#slots = this.#slots.concat([current]);
      this.#sums = this.#sums.concat([add]);
    }
    this.expiresAt = endOf(this.#slots.at(-1) ?? current, slotMs);
  }

  /** The rule has another window than it had: what was added counts as if it had been at the end of its slot, so none goes too early. */
  #inSlotsOf(slotMs: number): number {
    if (this.#slotMs === slotMs) return slotMs;
    const before = this.#slotMs;
    this.#slotMs = slotMs;
    const sums = new Map<number, number>();
    this.#slots.forEach((slot, i) => {
      const now = Math.floor(((slot + 1) * before - 1) / slotMs);
      sums.set(now, (sums.get(now) ?? 0) + (this.#sums[i] ?? 0));
    });
    this.#slots = [...sums.keys()];
    this.#sums = [...sums.values()];
    const last = this.#slots.at(-1);
    if (last !== undefined) this.expiresAt = Math.max(this.expiresAt, endOf(last, slotMs));
    return slotMs;
  }

  /**
   * From each slot on the larger, which is what either may still have then. Slot by slot the larger would come to more than both: of very
   * many that were forgotten with one each, to one in every slot.
   */
  fold(other: WindowCell): void {
    if (this.#slotMs === 0) this.#slotMs = other.#slotMs;
    else if (other.#slotMs !== 0) other.#inSlotsOf(this.#slotMs);
    const slots = [...new Set([...this.#slots, ...other.#slots])].toSorted((a, b) => a - b).slice(-SLOTS - 1);
    const from = slots.map((slot) => Math.max(this.#from(slot), other.#from(slot)));
    this.#slots = slots;
    this.#sums = from.map((sum, i) => sum - (from[i + 1] ?? 0));
    this.expiresAt = Math.max(this.expiresAt, other.expiresAt);
  }

  #from(first: number): number {
    let sum = 0;
    this.#slots.forEach((slot, i) => (sum += slot >= first ? (this.#sums[i] ?? 0) : 0));
    return sum;
  }

  toJSON(): readonly unknown[] {
    return [this.#slotMs, this.#slots, this.#sums];
  }

  fill([slotMs, slots, sums]: readonly unknown[]): boolean {
    if (!isNumber(slotMs) || !isNumbers(slots) || !isNumbers(sums) || slots.length !== sums.length) return false;
    this.#slotMs = slotMs;
    this.#slots = slots;
    this.#sums = sums;
    return true;
  }

  clear(): void {
    this.#slots = [];
    this.#sums = [];
    this.#slotMs = 0;
    this.expiresAt = 0;
  }

  /** Until `excess` of it is forgotten. */
  #waitMs(excess: number, oldest: number, slotMs: number, now: number): number | undefined {
    let left = excess;
    for (let i = 0; i < this.#slots.length; i++) {
      const slot = this.#slots[i] ?? 0;
      if (slot < oldest) continue;
      left -= this.#sums[i] ?? 0;
      if (left <= 0) return Math.max(1, Math.ceil(endOf(slot, slotMs) - now));
    }
    return undefined;
  }
}

/** When a slot is not counted any more. */
function endOf(slot: number, slotMs: number): number {
  return (slot + SLOTS + 1) * slotMs;
}
