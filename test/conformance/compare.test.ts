/** What counts as a difference; the comparison itself must not be the part that lets one through. */
import { describe, expect, it } from 'vitest';
import { compare } from './comparison.ts';
import { differences, nameOf } from './compare.ts';
import type { Run } from './runs.ts';
import type { SuiteRun } from './suite.ts';

const RUN: Run = { mode: 'server', spec: '2026-07-28', args: [], scenarios: 1 };

/** `id status` a check. */
function ran(scenarios: Record<string, readonly string[]>, exitCode = 0): SuiteRun {
  const parsed = Object.entries(scenarios).map(([name, checks]) => {
    const list = checks.map((check) => {
      const [id = '', status = ''] = check.split(' ');
      return { id, status, message: undefined };
    });
    return [name, list] as const;
  });
  return { exitCode, scenarios: new Map(parsed), output: '', ms: 0 };
}

const named = (direct: SuiteRun, through: SuiteRun): string[] => differences(direct, through).map(nameOf);

describe('differences', () => {
  it.each<[what: string, direct: string[], through: string[], differs: string[]]>([
    ['equal lists', ['a SUCCESS', 'b INFO'], ['a SUCCESS', 'b INFO'], []],
    ['a check that fails', ['a SUCCESS'], ['a FAILURE'], ['s:a SUCCESS -> FAILURE']],
    ['a check that is better', ['a WARNING'], ['a SUCCESS'], ['s:a WARNING -> SUCCESS']],
    ['a check that was not made', ['a SUCCESS', 'b SUCCESS'], ['a SUCCESS'], ['s:b SUCCESS -> absent']],
    ['a check too many', ['a SUCCESS'], ['a SUCCESS', 'b INFO'], ['s:b absent -> INFO']],
    [
      'the second of two of one name',
      ['a SUCCESS', 'a SUCCESS'],
      ['a SUCCESS', 'a FAILURE'],
      ['s:a#2 SUCCESS -> FAILURE'],
    ],
  ])('%s', (_, direct, through, differs) => {
    expect(named(ran({ s: direct }), ran({ s: through }))).toEqual(differs);
  });

  it('a scenario that did not run differs in each of its checks', () => {
    expect(named(ran({ s: ['a SUCCESS'] }), ran({}))).toEqual(['s:a SUCCESS -> absent']);
  });
});

describe('a comparison', () => {
  const good = ran({ s: ['a SUCCESS'] });
  const bad = ran({ s: ['a FAILURE'] }, 1);

  it('of two good runs has no fault', () => {
    expect(compare(RUN, good, good).faults).toEqual([]);
  });

  it('of two equal runs that both fail has one: nobody may have listened', () => {
    expect(compare(RUN, bad, bad).faults).toEqual(['without the gate the suite ends with 1, not 0']);
  });

  it('of fewer scenarios than there are has one', () => {
    expect(compare(RUN, ran({}), ran({})).faults).toEqual(['the suite ran 0 scenarios, not 1']);
  });

  it('lets pass what is expected, and nothing else', () => {
    const expected = new Map([['s:a SUCCESS -> FAILURE', 'it is denied']]);
    expect(compare(RUN, good, bad, expected).faults).toEqual([]);
    expect(compare(RUN, good, bad).faults).toEqual(['s:a SUCCESS -> FAILURE']);
    expect(compare(RUN, good, good, expected).faults).toEqual([
      'expected and not so: s:a SUCCESS -> FAILURE (it is denied)',
    ]);
  });
});
