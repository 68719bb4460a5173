/** All kinds of cells. */
import type { Cell } from './cell.ts';
import { AverageCell } from './kinds/average.ts';
import { LeaseCell } from './kinds/lease.ts';
import { MarkCell } from './kinds/mark.ts';
import { PiecesCell } from './kinds/pieces.ts';
import { PeriodCell } from './kinds/period.ts';
import { PointsCell } from './kinds/points.ts';
import { PrintsCell } from './kinds/prints.ts';
import { WindowCell } from './kinds/window.ts';

export type CellKind<C extends Cell = Cell> = new () => C;

/** By the name that files have for them. */
export const CELLS = {
  window: WindowCell,
  period: PeriodCell,
  lease: LeaseCell,
  mark: MarkCell,
  points: PointsCell,
  average: AverageCell,
  prints: PrintsCell,
  pieces: PiecesCell,
} satisfies Record<string, CellKind>;
export type CellName = keyof typeof CELLS;

export function nameOf(cell: Cell): CellName {
  const name = (Object.keys(CELLS) as CellName[]).find((one) => cell instanceof CELLS[one]);
  if (name === undefined) throw new Error('a cell that files have no name for');
  return name;
}
