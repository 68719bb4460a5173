/**
 * What was written here while the store was away, to be told to it when it is back: else what passed meanwhile would not be counted. The
 * same things are told together. A sum counts as of the moment of telling: for longer, and never for less.
 */
import type { PeriodOp } from '../../../../core/history/kinds/period.ts';
import type { WindowOp } from '../../../../core/history/kinds/window.ts';
import type { Op, Wanted } from '../../../../core/history/ops.ts';

/** Things; some two hundred bytes each, besides prints. Where there are more, a call that would add one is refused. */
const MAX_OWED = 50_000;
/** Prints of all of them, eight bytes each. Of what is seen beyond, it is told that it was, which then counts as everything. */
const MAX_PRINTS = 500_000;
/** Told together, give or take one thing's: the store compares each, and answers nobody meanwhile. */
const PRINTS_AT_ONCE = 8_192;

interface Kept {
  readonly op: Op;
  readonly at: number;
}

export class Owed {
  readonly #max: number;
  readonly #kept = new Map<string, Kept>();
  #next = 0;
  readonly #maxPrints: number;
  #prints = 0;

  constructor(max = MAX_OWED, maxPrints = MAX_PRINTS) {
    this.#max = max;
    this.#maxPrints = maxPrints;
  }

  get size(): number {
    return this.#kept.size;
  }

  hasRoomFor(wanted: readonly Wanted[]): boolean {
    return this.#kept.size + wanted.length <= this.#max;
  }

  /** `now`: monotonic milliseconds. What finds no room is not kept. */
  add(wanted: readonly Wanted[], now: number): void {
    if (!this.hasRoomFor(wanted)) return;
    for (const { op } of wanted) this.#addOne(op, now);
  }

  /** At most `count` of them, which are no longer kept here. */
  take(count: number, now: number): readonly Wanted[] {
    const taken: Wanted[] = [];
    const until = this.#prints - PRINTS_AT_ONCE;
    for (const [key, { op, at }] of this.#kept) {
      if (taken.length === count || this.#prints <= until) break;
      this.#kept.delete(key);
      this.#prints -= printsOf(op);
      // What something else requires must not count for longer than it would have.
      const told = op.kind === 'mark' ? { ...op, agoMs: (op.agoMs ?? 0) + now - at } : op;
      taken.push({ op: told, isAsked: false });
    }
    return taken;
  }

  #addOne(op: Op, at: number): void {
    if (op.kind === 'whether' || op.kind === 'printed' || op.kind === 'kept') return;
    if (op.kind === 'prints' && this.#prints + op.prints.length > this.#maxPrints) {
      // What the caller knew before only ever lets more pass.
      if (op.as === 'Seen')
        this.#kept.set(`unnamed ${op.of}\n${op.whom}`, { op: { ...op, prints: [], isAll: false }, at });
      return;
    }
    this.#prints += printsOf(op);
    const key = this.#keyOf(op);
    const before = this.#kept.get(key)?.op;
    // A lease that is given back takes the place of the one that was taken; the store may know it from before, so it is told.
    const sum = isSum(op) && before !== undefined && isSum(before) ? { ...op, add: before.add + op.add } : op;
    this.#kept.set(key, { op: byItself(sum), at });
  }

  /** The same for what is told together. */
  #keyOf(op: Op): string {
    return `${this.#whichOf(op)} ${op.of}\n${op.whom}`;
  }

  #whichOf(op: Op): string {
    switch (op.kind) {
      case 'window':
      case 'clear':
        return 'w';
      case 'period':
        return `p${op.endsAt}`;
      case 'lease':
      case 'release':
        return `l${op.id}`;
      case 'mark':
      case 'unmark':
        return 'm';
      case 'prints':
      case 'keep':
      case 'points':
        return `n${this.#next++}`;
      default:
        return op.kind;
    }
  }
}

/** What stood in front of it is not told again: it is written, which forbids more. */
function byItself(op: Op): Op {
  if (op.kind !== 'mark' || op.unlessHolds === undefined) return op;
  const { unlessHolds: _, ...mark } = op;
  return mark;
}

function isSum(op: Op): op is WindowOp | PeriodOp {
  return op.kind === 'window' || op.kind === 'period';
}

function printsOf(op: Op): number {
  return op.kind === 'prints' ? op.prints.length : 0;
}
