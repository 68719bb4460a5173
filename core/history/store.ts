/**
 * The past, in the memory of one process: pure, and told the time. Bounded in the number of things it keeps: what was not touched for
 * longest is forgotten first. Forgetting never loosens: see forgotten.ts.
 */
import { LeaseCell } from './kinds/lease.ts';
import { MarkCell } from './kinds/mark.ts';
import { PeriodCell } from './kinds/period.ts';
import { WindowCell } from './kinds/window.ts';
import { DONE, type How, type Op, type Outcome, type Seen, type Wanted } from './ops.ts';

type Cell = WindowCell | PeriodCell | LeaseCell | MarkCell;

export class HistoryStore {
  readonly #cells = new Map<string, Cell>();
  #now = 0;

  /** `now`: milliseconds since the epoch; one that goes back is taken for the latest that was told. */
  apply(wanted: readonly Wanted[], how: How, now: number): Outcome {
    this.#now = Math.max(this.#now, now);
    const seen: Seen[] = [];
    let holds = true;
    for (const { op, isAsked } of wanted) {
      const one = this.#look(op);
      if (isAsked && !one.holds) holds = false;
      seen.push(one);
    }
    if (how === 'Take' && holds) for (const { op } of wanted) this.#write(op);
    return { holds, seen };
  }

  get size(): number {
    return this.#cells.size;
  }

  #look(op: Op): Seen {
    const cell = this.#find(op);
    const now = this.#now;
    switch (op.kind) {
      case 'window':
        return (cell instanceof WindowCell ? cell : new WindowCell()).look(op, now);
      case 'period':
        return (cell instanceof PeriodCell ? cell : new PeriodCell()).look(op, now);
      case 'lease':
        return (cell instanceof LeaseCell ? cell : new LeaseCell()).look(op, now);
      case 'whether':
        return (cell instanceof MarkCell ? cell : new MarkCell()).look(op, now);
      case 'mark':
      case 'release':
        return DONE;
    }
  }

  #write(op: Op): void {
    const now = this.#now;
    switch (op.kind) {
      case 'window':
        this.#cell(op, WindowCell).add(op, now);
        return;
      case 'period':
        this.#cell(op, PeriodCell).add(op);
        return;
      case 'lease':
        this.#cell(op, LeaseCell).add(op, now);
        return;
      case 'mark':
        this.#cell(op, MarkCell).add(op, now);
        return;
      case 'release': {
        const cell = this.#find(op);
        if (cell instanceof LeaseCell) cell.release(op);
        return;
      }
      case 'whether':
    }
  }

  #find(op: Op): Cell | undefined {
    const cell = this.#cells.get(keyOf(op));
    return cell === undefined || cell.expiresAt <= this.#now ? undefined : cell;
  }

  #cell<C extends Cell>(op: Op, kind: new () => C): C {
    const key = keyOf(op);
    const found = this.#find(op);
    const cell = found instanceof kind ? found : new kind();
    this.#cells.delete(key);
    this.#cells.set(key, cell);
    return cell;
  }
}

function keyOf({ of, whom }: Op): string {
  return `${of}\n${whom}`;
}
