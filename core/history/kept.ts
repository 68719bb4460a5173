/** How much is kept, and as what a file has it. */
import type { Cell } from './cell.ts';

/** One thing that is kept, as a file has it: where, what, until when, and what it says. */
export type Kept = readonly [of: string, whom: string, kind: string, expiresAt: number, said: readonly unknown[]];

export interface Bounds {
  readonly cells: number;
  /** About: what the cells and their keys take. */
  readonly bytes: number;
}

export const DEFAULT_BOUNDS: Bounds = { cells: 100_000, bytes: 24 * 1024 * 1024 };

/** Besides what it says. */
const BYTES_A_CELL = 120;

export function sizeOf(key: string, cell: Cell): number {
  return BYTES_A_CELL + key.length + cell.bytes;
}
