/** What a detector costs for an ordinary value, and for the dearest one there is. */
import { detectorOf, type InspectParam } from '../core/inspect/by-param.ts';
import type { Row } from './results.ts';
import { round, spread } from './statistics.ts';

const SETTINGS = { roots: ['/data'] };

/** Values that nothing is found in, as agents send them; each differs, so that no engine remembers the last one. */
const ORDINARY: Readonly<Record<string, (i: number) => string>> = {
  path: (i) => `/data/reports/2026/region-${i}/q1 summary (final).csv`,
  url: (i) => `https://api.example.com:8443/v1/customers/${i}/orders?state=open&page=${i}&q=a%20b`,
  host: (i) => `node-${i}.eu-west-1.example.com:5432`,
  identifier: (i) => `feature/ticket-${i}-add-export`,
  shell: (i) => `cd /srv/app-${i} && git log --oneline -n 20 | head -5; npm test > test.log 2>&1`,
};

/** Of what each detector takes longest for, 64 KiB: escapes that come undone again and again. */
const DEAREST = 65_536;
const DEAR_UNITS = ['%252e', '%2e', '\\', '..;', '&#', 'ﷺ', '://', '@', '①', "'", '$(', '`', 'a;', 'a '];

const VALUES = 1_000;

export function measureDetectors(rounds: number, command: string): Row[] {
  return Object.entries(ORDINARY).flatMap(([param, ordinary]) => {
    const inspect = detectorOf(param);
    if (inspect === undefined) throw new Error(`no detector for ${param}`);
    const values = Array.from({ length: VALUES }, (_, i) => ordinary(i));
    const times = Array.from({ length: rounds + 1 }, () => timeOf(inspect, values)).slice(1);
    const dear = DEAR_UNITS.map((unit) => dearestOf(inspect, param, unit, rounds));
    const worst = dear.reduce((most, one) => (one.ms > most.ms ? one : most));
    const { median, min, max } = spread(times);
    return [
      row(`inspect/${param}`, round(median, 2), 'µs', 10, `${round(min, 2)} to ${round(max, 2)}`, command),
      row(`inspect/${param}-dearest`, round(worst.ms, 2), 'ms', 25, `64 KiB of ${worst.unit}`, command),
    ];
  });
}

/** Microseconds for a value. */
function timeOf(inspect: InspectParam, values: readonly string[]): number {
  const start = process.hrtime.bigint();
  for (const value of values) {
    const found = inspect(value, SETTINGS);
    // Also keeps the loop from being optimised away.
    if (found !== undefined) throw new Error(`an ordinary value is found: ${found.message}`);
  }
  return Number(process.hrtime.bigint() - start) / 1_000 / values.length;
}

function dearestOf(inspect: InspectParam, param: string, unit: string, rounds: number): { unit: string; ms: number } {
  const start = param === 'url' ? 'https://example.com/' : '';
  const value = start + unit.repeat((DEAREST - start.length) / unit.length);
  const times = Array.from({ length: rounds }, () => {
    const began = process.hrtime.bigint();
    inspect(value, SETTINGS);
    return Number(process.hrtime.bigint() - began) / 1_000_000;
  });
  return { unit, ms: spread(times).median };
}

function row(name: string, value: number, unit: string, max: number, note: string, command: string): Row {
  return { result: { name, value, unit, aim: { max }, command }, note };
}
