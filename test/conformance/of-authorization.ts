/**
 * What the suite says of scenarios of authorization, whoever takes note of it: each check once, with its worst verdict. With the gate as
 * the resource server, the suite's own server hears of fewer requests, so how often a check is made says nothing.
 */
import type { Check, SuiteRun } from './suite.ts';

/** The suite's log of what was sent, and whatever else it does not judge. */
const UNJUDGED = 'INFO';
const BAD = ['FAILURE', 'WARNING'] as const;

export function isOfAuthorization(scenario: string): boolean {
  return scenario.startsWith('auth/');
}

export function ofAuthorization(run: SuiteRun): SuiteRun {
  const scenarios = [...run.scenarios].flatMap(([name, checks]): [string, readonly Check[]][] =>
    isOfAuthorization(name) ? [[name, onceEach(checks)]] : [],
  );
  return { ...run, scenarios: new Map(scenarios) };
}

function onceEach(checks: readonly Check[]): readonly Check[] {
  const byId = Map.groupBy(
    checks.filter(({ status }) => status !== UNJUDGED),
    ({ id }) => id,
  );
  return [...byId.values()].flatMap((all) => {
    const worst = BAD.map((status) => all.find((check) => check.status === status)).find(
      (check) => check !== undefined,
    );
    return worst ?? all.slice(0, 1);
  });
}
