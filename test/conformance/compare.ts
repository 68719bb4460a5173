/** Two runs of the suite, check by check. Counts would not do: against a port where nobody listens many checks pass. */
import type { Check, SuiteRun } from './suite.ts';

export interface Difference {
  readonly scenario: string;
  /** The id of the check; the second of the same id in a scenario is `id#2`. */
  readonly check: string;
  /** `absent` where the check was not made. */
  readonly direct: string;
  readonly through: string;
  readonly message: string | undefined;
}

const ABSENT = 'absent';

export function differences(direct: SuiteRun, through: SuiteRun): Difference[] {
  const names = new Set([...direct.scenarios.keys(), ...through.scenarios.keys()]);
  return [...names].flatMap((scenario) =>
    differencesOf(scenario, numbered(direct.scenarios.get(scenario)), numbered(through.scenarios.get(scenario))),
  );
}

/** What to write down to say that a difference is meant. */
export function nameOf({ scenario, check, direct, through }: Difference): string {
  return `${scenario}:${check} ${direct} -> ${through}`;
}

function differencesOf(
  scenario: string,
  direct: ReadonlyMap<string, Check>,
  through: ReadonlyMap<string, Check>,
): Difference[] {
  return [...new Set([...direct.keys(), ...through.keys()])].flatMap((check) => {
    const before = direct.get(check);
    const after = through.get(check);
    if (before?.status === after?.status) return [];
    return [
      {
        scenario,
        check,
        direct: before?.status ?? ABSENT,
        through: after?.status ?? ABSENT,
        message: after?.message ?? before?.message,
      },
    ];
  });
}

function numbered(checks: readonly Check[] = []): ReadonlyMap<string, Check> {
  const seen = new Map<string, number>();
  return new Map(
    checks.map((check) => {
      const nth = (seen.get(check.id) ?? 0) + 1;
      seen.set(check.id, nth);
      return [nth === 1 ? check.id : `${check.id}#${nth}`, check];
    }),
  );
}
