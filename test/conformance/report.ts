/** What a person sees: a line a run while it goes, then both verdicts of every scenario side by side. */
import type { Comparison } from './comparison.ts';
import type { Check, SuiteRun } from './suite.ts';

const NAME_WIDTH = 46;
const VERDICT_WIDTH = 10;

/** `3/3`: passed of those that passed or failed; warnings count as the suite counts them, as failures. */
function verdict(checks: readonly Check[] | undefined): string {
  if (checks === undefined) return 'absent';
  const decided = checks.filter(({ status }) => status !== 'INFO' && status !== 'SKIPPED');
  return `${decided.filter(({ status }) => status === 'SUCCESS').length}/${decided.length}`;
}

export function summary(run: SuiteRun): string {
  const checks = [...run.scenarios.values()].flat();
  const count = (status: string): number => checks.filter((check) => check.status === status).length;
  const bad = count('FAILURE') + count('WARNING');
  return `${run.scenarios.size} scenarios, ${count('SUCCESS')} checks pass, ${bad} do not (${(run.ms / 1000).toFixed(1)} s)`;
}

export function table({ direct, through, differences }: Comparison): string {
  const names = [...new Set([...direct.scenarios.keys(), ...through.scenarios.keys()])].toSorted();
  const differing = new Set(differences.map(({ scenario }) => scenario));
  const row = (name: string, before: string, after: string, note: string): string =>
    `  ${name.padEnd(NAME_WIDTH)} ${before.padEnd(VERDICT_WIDTH)} ${after.padEnd(VERDICT_WIDTH)} ${note}`.trimEnd();
  return [
    row('scenario', 'direct', 'through', ''),
    ...names.map((name) =>
      row(
        name,
        verdict(direct.scenarios.get(name)),
        verdict(through.scenarios.get(name)),
        differing.has(name) ? '≠' : '',
      ),
    ),
  ].join('\n');
}
