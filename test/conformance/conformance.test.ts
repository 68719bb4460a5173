/** The official conformance suite finds the same of a server, whether the gate is in between or not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { ALLOW_ALL } from '../support/policy.ts';
import { compare } from './comparison.ts';
import { expectedDifferences } from './expected-differences.ts';
import { startFilteringGate } from './filtering-gate.ts';
import { startConformanceServer } from './fixture/server.ts';
import { type GateProcess, startGateProcess } from './gate-process.ts';
import { RUNS, againstServer } from './runs.ts';
import type { SuiteRun } from './suite.ts';

const { use } = cleanupAfterAll();
const SERVER_RUNS = RUNS.filter((run) => run.mode === 'server');
/** Checks that pass without the gate: fewer would mean that the suite or the fixture does not do its work. */
const PASSING: Readonly<Record<string, number>> = {
  '2025-03-26': 3,
  '2025-06-18': 56,
  '2025-11-25': 84,
  '2026-07-28': 196,
};

it('are all there: a table without rows would pass too', () => {
  expect(SERVER_RUNS.map(({ spec }) => spec)).toEqual(Object.keys(PASSING));
  expect(SERVER_RUNS.reduce((sum, run) => sum + run.scenarios, 0)).toBe(111);
});

let url: string;
let open: GateProcess;
let filtering: GateProcess;
beforeAll(async () => {
  ({ url } = await use(startConformanceServer()));
  open = await use(startGateProcess(url, ALLOW_ALL));
  filtering = await use(startFilteringGate(url));
});

describe.each(SERVER_RUNS)('the scenarios of $spec', (run) => {
  let direct: SuiteRun;
  beforeAll(async () => {
    direct = await againstServer(run, url);
  });

  it('pass without a gate', () => {
    expect(direct.scenarios.size).toBe(run.scenarios);
    const passing = [...direct.scenarios.values()].flat().filter(({ status }) => status === 'SUCCESS');
    expect(passing).toHaveLength(PASSING[run.spec] ?? 0);
  });

  it('have the same verdicts behind a gate that allows all', async () => {
    expect(compare(run, direct, await againstServer(run, open.url)).faults).toEqual([]);
  });

  it('differ behind a gate that denies in what it denies, and in nothing else', async () => {
    const filtered = await againstServer(run, filtering.url);
    expect(compare(run, direct, filtered, expectedDifferences('filtered', run.spec)).faults).toEqual([]);
  });
});
