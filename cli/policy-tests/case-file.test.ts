import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../core/api/problem.ts';
import { callOf, readCaseFile } from './case-file.ts';

const problemsOf = (text: string): string[] => {
  const read = readCaseFile(text, 'a.test.yaml');
  return 'problems' in read ? read.problems.map(formatProblem) : [];
};

describe('a file of cases', () => {
  it('says who calls what, and what is expected, with the line of each case', () => {
    const text = `
as: {name: ada}
tests:
  - name: reads
    tool: read_file
    expect: Allow
  - {name: asks, asks: roots, expect: Log}
`;
    expect(readCaseFile(text, 'a.test.yaml')).toMatchObject({
      as: { name: 'ada' },
      tests: [
        { name: 'reads', tool: 'read_file', line: 4 },
        { name: 'asks', asks: 'roots', line: 7 },
      ],
    });
  });

  it.each([
    [
      'a slip',
      'tests:\n  - {name: a, tool: b, expects: Deny}\n',
      [
        /^a\.test\.yaml:2:24: tests\[0\]\.expects: unknown field `expects`; did you mean `expect`\?$/,
        /tests\[0\]\.expect: is missing; add `expect` with one of Allow/,
      ],
    ],
    [
      'another decision',
      'tests: [{name: a, tool: b, expect: Block}]',
      [/tests\[0\]\.expect: "Block" is not allowed here; write one of Allow/],
    ],
    [
      'no call',
      'tests: [{name: a, expect: Deny}]',
      [/tests\[0\]: a case needs one of tool, .*; write for example `tool: read_file`/],
    ],
    ['two calls', 'tests: [{name: a, tool: b, prompt: c, expect: Deny}]', [/a case needs one of tool/]],
    [
      'arguments of a prompt',
      'tests: [{name: a, prompt: c, arguments: {}, expect: Deny}]',
      [/only a tool has arguments; remove them/],
    ],
    [
      'a message where nothing is refused',
      'tests: [{name: a, tool: b, expect: Allow, message: c}]',
      [/only who is refused reads a message; remove it/],
    ],
    ['no cases', 'tests: []', [/tests: the list is empty; write at least 1 entry/]],
    ['a list', '- name: a', [/expected a mapping with tests, got a list; see: sallyport test --help/]],
  ])('is not taken with %s, and it is said how to mend it', (_what, text, patterns) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(patterns.length);
    for (const pattern of patterns) expect(problems.join('\n')).toMatch(new RegExp(pattern, 'm'));
  });

  it('names what each case calls', () => {
    const base = { name: 'a', expect: 'Allow' } as const;
    expect(callOf({ ...base, resource: 'file:///a' })).toEqual({ kind: 'resource', name: 'file:///a' });
    expect(callOf({ ...base, asks: 'roots' })).toEqual({ kind: 'asks', name: 'roots' });
  });
});
