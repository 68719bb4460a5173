/**
 * The past, in the memory of one process: pure, and told the time. Bounded in how many things it keeps and in bytes: what was not written
 * for longest is forgotten first. Forgetting never loosens: what is forgotten is folded into one cell for all who are forgotten by the
 * same rule, and whoever is not known is taken for the worst of these until that, too, has run out.
 */
import type { Cell } from './cell.ts';
import { type CellKind, CELLS, type CellName, nameOf } from './cells.ts';
import { AverageCell } from './kinds/average.ts';
import { LeaseCell } from './kinds/lease.ts';
import { isDue, MarkCell, type MarkSeen, type WhetherOp, withoutNote } from './kinds/mark.ts';
import { PiecesCell } from './kinds/pieces.ts';
import { PeriodCell } from './kinds/period.ts';
import { PointsCell } from './kinds/points.ts';
import { PrintsCell } from './kinds/prints.ts';
import { WindowCell } from './kinds/window.ts';
import { type Held, Shelf } from './shelf.ts';
import { DONE, type How, type Op, type Outcome, type Seen, type Wanted } from './ops.ts';

/** One thing that is kept, as a file has it: where, what, until when, and what it says. */
export type Kept = readonly [of: string, whom: string, kind: string, expiresAt: number, said: readonly unknown[]];

export interface Bounds {
  readonly cells: number;
  /** About: what the cells and their keys take. */
  readonly bytes: number;
}

export const DEFAULT_BOUNDS: Bounds = { cells: 100_000, bytes: 24 * 1024 * 1024 };

/** In the place of whom, of those who are forgotten. Nobody's digest is empty. */
const FORGOTTEN = '';

export class HistoryStore {
  readonly #cells = new Shelf();
  /** By `of`. */
  readonly #forgotten = new Map<string, Cell>();
  /** Of these, what has changed since it was last asked for. */
  readonly #forgottenChanged = new Set<string>();
  readonly #bounds: Bounds;
  #now = 0;

  constructor(bounds = DEFAULT_BOUNDS) {
    this.#bounds = bounds;
  }

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
    if (how === 'Ask' || !holds) return { holds, seen };
    let before: Seen | undefined;
    for (let i = 0; i < wanted.length; i++) {
      const { op } = wanted[i] as Wanted;
      if (isDue(op, before)) this.#write(op);
      before = seen[i];
    }
    return { holds, seen };
  }

  get size(): number {
    return this.#cells.size;
  }

  /** About. */
  get bytes(): number {
    return this.#cells.bytes;
  }

  /** The latest moment that it was told of. */
  get now(): number {
    return this.#now;
  }

  #look(op: Op): Seen {
    const now = this.#now;
    switch (op.kind) {
      case 'window':
        return this.#read(op, WindowCell).look(op, now);
      case 'period':
        return this.#read(op, PeriodCell).look(op, now);
      case 'lease':
        return this.#read(op, LeaseCell).look(op, now);
      case 'whether':
        return this.#whether(op);
      case 'points':
        return this.#read(op, PointsCell).look(op, now);
      case 'average':
        return this.#read(op, AverageCell).look();
      case 'printed':
        return this.#read(op, PrintsCell).look(op, now);
      case 'kept':
        return (this.#find(op, PiecesCell) ?? new PiecesCell()).look(op, now);
      case 'mark':
      case 'unmark':
      case 'clear':
      case 'release':
      case 'prints':
      case 'keep':
        return DONE;
    }
  }

  /** What was forgotten may have happened: that is good enough to forbid, and not to allow. What others did is not told. */
  #whether(op: WhetherOp): MarkSeen {
    const own = this.#find(op, MarkCell);
    if (own !== undefined || op.want === 'Has') return (own ?? new MarkCell()).look(op, this.#now);
    return withoutNote(this.#read(op, MarkCell).look(op, this.#now));
  }

  #write(op: Op): void {
    const now = this.#now;
    switch (op.kind) {
      case 'window':
        this.#change(op, WindowCell, (cell) => cell.add(op, now));
        return;
      case 'period':
        this.#change(op, PeriodCell, (cell) => cell.add(op, now));
        return;
      case 'lease':
        this.#change(op, LeaseCell, (cell) => cell.add(op, now));
        return;
      case 'mark':
        this.#change(op, MarkCell, (cell) => cell.add(op, now));
        return;
      case 'unmark':
        if (this.#find(op, MarkCell) !== undefined) this.#change(op, MarkCell, (cell) => cell.end());
        return;
      case 'points':
        if (op.add.length > 0) this.#change(op, PointsCell, (cell) => cell.add(op, now));
        return;
      case 'average':
        this.#change(op, AverageCell, (cell) => cell.add(op, now));
        return;
      case 'release':
        if (this.#find(op, LeaseCell) !== undefined) this.#change(op, LeaseCell, (cell) => cell.release(op));
        return;
      case 'prints':
        this.#change(op, PrintsCell, (cell) => cell.add(op, now));
        return;
      case 'keep':
        this.#change(op, PiecesCell, (cell) => cell.add(op, now));
        return;
      case 'clear':
        if (this.#find(op, WindowCell) !== undefined) this.#change(op, WindowCell, (cell) => cell.clear());
        return;
      case 'whether':
      case 'printed':
      case 'kept':
    }
  }

  #find<C extends Cell>(op: Op, kind: CellKind<C>): C | undefined {
    const cell = this.#cells.find(op.of, op.whom)?.cell;
    return cell instanceof kind && cell.expiresAt > this.#now ? cell : undefined;
  }

  /** Its own; or that of all who are forgotten; or a new one. */
  #read<C extends Cell>(op: Op, kind: CellKind<C>): C {
    return this.#find(op, kind) ?? this.#forgottenOf(op.of, kind) ?? new kind();
  }

  #forgottenOf<C extends Cell>(of: string, kind: CellKind<C>): C | undefined {
    const cell = this.#forgotten.get(of);
    return cell instanceof kind && cell.expiresAt > this.#now ? cell : undefined;
  }

  #change<C extends Cell>(op: Op, kind: CellKind<C>, change: (cell: C) => void): void {
    const cell = this.#find(op, kind) ?? this.#begun(op.of, kind);
    change(cell);
    this.#keepBounds(this.#cells.put(op.of, op.whom, cell));
  }

  /** A mark of one's own is not what others may have done. */
  #begun<C extends Cell>(of: string, kind: CellKind<C>): C {
    const cell = new kind();
    const forgotten = cell instanceof MarkCell ? undefined : this.#forgottenOf(of, kind);
    if (forgotten !== undefined) cell.fold(forgotten);
    return cell;
  }

  #keepBounds(newest: Held): void {
    while (this.#cells.size > this.#bounds.cells || this.#cells.bytes > this.#bounds.bytes) {
      const { oldest } = this.#cells;
      if (oldest === undefined || oldest === newest) return;
      this.#forget(oldest);
    }
  }

  #forget(held: Held): void {
    this.#cells.remove(held);
    if (held.cell.expiresAt > this.#now) this.#fold(held.room.of, held.cell);
  }

  #fold(of: string, cell: Cell): void {
    const found = this.#forgotten.get(of);
    if (found !== undefined && found.expiresAt > this.#now && found.constructor === cell.constructor) found.fold(cell);
    else {
      // Folded too where it is the first: what others are told of it is what `fold` lets them be told.
      const first: Cell = new (cell.constructor as CellKind)();
      first.fold(cell);
      this.#forgotten.set(of, first);
    }
    this.#forgottenChanged.add(of);
  }

  /** Lets go of what has run out, `atMost` so many looked at; called now and then. */
  sweep(atMost: number, now: number): void {
    this.#now = Math.max(this.#now, now);
    // On from where it stopped: what lasts for days and stands in front must not hide what ran out behind it.
    for (let left = Math.min(atMost, this.#cells.size); left > 0; left--) {
      const held = this.#cells.next();
      if (held === undefined) break;
      if (held.cell.expiresAt <= this.#now) this.#forget(held);
    }
    for (const [of, cell] of this.#forgotten) if (cell.expiresAt <= this.#now) this.#forgotten.delete(of);
  }

  /** What has changed since this was last called, what did so first first: at most so many, and no more behind about so many bytes. */
  takeChanged(atMost: number, atMostBytes = Infinity): readonly Kept[] {
    const kept: Kept[] = [];
    for (const of of this.#forgottenChanged) {
      if (kept.length >= atMost) break;
      this.#forgottenChanged.delete(of);
      const cell = this.#forgotten.get(of);
      if (cell !== undefined) kept.push(keptOf(of, FORGOTTEN, cell));
    }
    for (let bytes = 0; kept.length < atMost && bytes < atMostBytes;) {
      const held = this.#cells.takeChanged();
      if (held === undefined) break;
      kept.push(keptOf(held.room.of, held.whom, held.cell));
      bytes += held.cell.bytes;
    }
    return kept;
  }

  get changed(): number {
    return this.#cells.changed + this.#forgottenChanged.size;
  }

  /** Everything counts as changed, as for a file that begins anew. */
  touchAll(): void {
    this.#cells.touchAll();
    for (const of of this.#forgotten.keys()) this.#forgottenChanged.add(of);
  }

  /** As it was kept; the last one of a place counts. False: it cannot be read. */
  restore([of, whom, kind, expiresAt, said]: Kept): boolean {
    if (!Object.hasOwn(CELLS, kind)) return false;
    const cell: Cell = new CELLS[kind as CellName]();
    if (!cell.fill(said)) return false;
    cell.expiresAt = expiresAt;
    if (whom === FORGOTTEN) {
      this.#forgotten.set(of, cell);
      return true;
    }
    this.#keepBounds(this.#cells.restore(of, whom, cell));
    return true;
  }
}

function keptOf(of: string, whom: string, cell: Cell): Kept {
  return [of, whom, nameOf(cell), cell.expiresAt, cell.toJSON()];
}
