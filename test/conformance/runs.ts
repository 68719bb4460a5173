/** What is run: the sets of scenarios that the suite freezes for a revision, and what it has for the revisions before those. */
import { join } from 'node:path';
import { type SuiteRun, runSuite } from './suite.ts';

export interface Run {
  readonly mode: 'server' | 'client';
  readonly spec: string;
  /** How the suite is told which scenarios. */
  readonly args: readonly string[];
  /** How many there are: a suite that runs fewer proves less than it seems to. */
  readonly scenarios: number;
  /** How many of them are about authorization. */
  readonly authorization?: number;
}

const requirements = (spec: string): string[] => ['--requirements', spec];
const all = (spec: string): string[] => ['--suite', 'all', '--spec-version', spec];

export const RUNS: readonly Run[] = [
  { mode: 'server', spec: '2025-03-26', args: all('2025-03-26'), scenarios: 1 },
  { mode: 'server', spec: '2025-06-18', args: all('2025-06-18'), scenarios: 27 },
  { mode: 'server', spec: '2025-11-25', args: requirements('2025-11-25'), scenarios: 33 },
  { mode: 'server', spec: '2026-07-28', args: requirements('2026-07-28'), scenarios: 50 },
  { mode: 'client', spec: '2025-11-25', args: requirements('2025-11-25'), scenarios: 25, authorization: 20 },
  { mode: 'client', spec: '2026-07-28', args: requirements('2026-07-28'), scenarios: 39, authorization: 31 },
];

export function againstServer(run: Run, url: string): Promise<SuiteRun> {
  return runSuite(['server', '--url', url, ...run.args]);
}

/** `way`: one of the programs of client/. All scenarios start at once, so each has more time than it needs. */
export function withClient(run: Run, way: 'direct' | 'through' | 'resource'): Promise<SuiteRun> {
  const program = join(import.meta.dirname, 'client', `${way}.ts`);
  return runSuite(['client', '--command', `${process.execPath} ${program}`, '--timeout', '60000', ...run.args]);
}
