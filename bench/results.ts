/** What the benchmark says: rows of one form, for people and for machines. */
import { readFileSync, writeFileSync } from 'node:fs';

/** `max`: at most this; `min`: at least this. */
export type Aim = { readonly max: number } | { readonly min: number };

export interface Result {
  /** Unique; `group/what`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: Aim;
  /** Measures it again. */
  readonly command: string;
}

/** A result together with what only the table shows. */
export interface Row {
  readonly result: Result;
  /** How it varied, or what it comes from. */
  readonly note: string;
}

export function isMet({ value, aim }: Result): boolean {
  return 'max' in aim ? value <= aim.max : value >= aim.min;
}

export function describeAim(aim: Aim): string {
  return 'max' in aim ? `≤ ${aim.max}` : `≥ ${aim.min}`;
}

export function renderTable(rows: readonly Row[]): string {
  const lines = [
    ['name', 'value', 'aim', '', 'rounds'],
    ...rows.map(({ result, note }) => [
      result.name,
      `${result.value} ${result.unit}`,
      describeAim(result.aim),
      isMet(result) ? 'met' : 'MISSED',
      note,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rows of other benchmarks in the same file stay; those of this command are replaced. Ordered by name, so that diffs are small. */
export function mergeResults(existing: readonly Result[], command: string, measured: readonly Result[]): Result[] {
  const others = existing.filter((result) => result.command !== command);
  return [...others, ...measured].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export function writeResults(file: string, command: string, measured: readonly Result[]): void {
  const merged = mergeResults(readResults(file), command, measured);
  writeFileSync(file, `${JSON.stringify(merged, null, 2)}\n`);
}

function readResults(file: string): Result[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Result[];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
