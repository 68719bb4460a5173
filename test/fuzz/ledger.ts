/** How many inputs were ever run, kept in the repository: `--record` adds a run. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayerName } from './layers/layer.ts';

const FILE = join(import.meta.dirname, 'ledger.json');

export interface LedgerRun {
  /** The day, in UTC. */
  readonly date: string;
  readonly seconds: number;
  readonly inputs: Readonly<Partial<Record<LayerName, number>>>;
}

interface Ledger {
  readonly total: number;
  readonly layers: Readonly<Partial<Record<LayerName, number>>>;
  readonly runs: readonly LedgerRun[];
}

/** Adds the run and returns the new total. Runs of one day are one entry. */
export function recordRun(run: LedgerRun): number {
  const before = read();
  const earlier = before.runs.find(({ date }) => date === run.date);
  const today: LedgerRun =
    earlier === undefined
      ? run
      : { date: run.date, seconds: earlier.seconds + run.seconds, inputs: sum(earlier.inputs, run.inputs) };
  const layers = sum(before.layers, run.inputs);
  const total = Object.values(layers).reduce((all, count) => all + count, 0);
  const ledger: Ledger = { total, layers, runs: [...before.runs.filter((one) => one !== earlier), today] };
  writeFileSync(FILE, `${JSON.stringify(ledger, null, 2)}\n`);
  return total;
}

function read(): Ledger {
  if (!existsSync(FILE)) return { total: 0, layers: {}, runs: [] };
  return JSON.parse(readFileSync(FILE, 'utf8')) as Ledger;
}

function sum(a: LedgerRun['inputs'], b: LedgerRun['inputs']): Partial<Record<LayerName, number>> {
  const result = { ...a };
  for (const [layer, count] of Object.entries(b) as [LayerName, number][]) result[layer] = (result[layer] ?? 0) + count;
  return result;
}
