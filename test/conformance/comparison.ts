/** One run of the suite in two ways, and everything about it that must not be. */
import { type Difference, differences, nameOf } from './compare.ts';
import type { ExpectedDifferences } from './expected-differences.ts';
import { ofAuthorization } from './of-authorization.ts';
import type { Run } from './runs.ts';
import type { SuiteRun } from './suite.ts';

export interface Comparison {
  readonly run: Run;
  readonly direct: SuiteRun;
  readonly through: SuiteRun;
  readonly differences: readonly Difference[];
  /** What fails the comparison, a sentence each; none: the verdicts are what they have to be. */
  readonly faults: readonly string[];
}

/** `expected`: what a policy that denies has to make of the verdicts; default: nothing. */
export function compare(
  run: Run,
  direct: SuiteRun,
  through: SuiteRun,
  expected: ExpectedDifferences = new Map(),
): Comparison {
  const found = differences(direct, through);
  const names = new Set(found.map(nameOf));
  const unexpected = found.filter((difference) => !expected.has(nameOf(difference)));
  const stale = [...expected.keys()].filter((name) => !names.has(name));
  return {
    run,
    direct,
    through,
    differences: found,
    faults: [
      ...faultsOfDirect(run, direct),
      ...unexpected.map((difference) => `${nameOf(difference)}${reason(difference)}`),
      ...stale.map((name) => `expected and not so: ${name} (${expected.get(name)})`),
    ],
  };
}

/** What is left of both runs where the gate is the resource server: scenarios of authorization. */
export function compareAuthorization(
  run: Run,
  direct: SuiteRun,
  resource: SuiteRun,
  expected: ExpectedDifferences,
): Comparison {
  const { authorization = 0 } = run;
  return compare({ ...run, scenarios: authorization }, ofAuthorization(direct), ofAuthorization(resource), expected);
}

/** Without a server that passes, two equal runs would prove nothing. */
function faultsOfDirect(run: Run, direct: SuiteRun): string[] {
  const faults: string[] = [];
  if (direct.exitCode !== 0) faults.push(`without the gate the suite ends with ${direct.exitCode}, not 0`);
  if (direct.scenarios.size !== run.scenarios) {
    faults.push(`the suite ran ${direct.scenarios.size} scenarios, not ${run.scenarios}`);
  }
  return faults;
}

function reason({ message }: Difference): string {
  return message === undefined ? '' : `: ${message}`;
}
