import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../core/api/problem.ts';
import { readCaseFile } from './case-file.ts';

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
      'arguments of a resource',
      'tests: [{name: a, resource: c, arguments: {}, expect: Deny}]',
      [/only tools and prompts have arguments; remove them/],
    ],
    [
      'an answer to nothing',
      'tests: [{name: a, lists: {tools: []}, result: b, expect: Allow}]',
      [/tests\[0\]\.result: "b" answers nothing; write the tool that is called/],
    ],
    [
      'two answers',
      'tests: [{name: a, tool: b, result: c, error: d, expect: Allow}]',
      [/tests\[0\]\.error: "d" stands beside a result; remove one/],
    ],
    [
      'an answer that would wait',
      'tests: [{name: a, tool: b, result: c, expect: RequireApproval}]',
      [/tests\[0\]\.expect: "RequireApproval" is for calls, not for what a server says; write one of/],
    ],
    [
      'a message of nothing',
      'tests: [{name: a, tool: b, messages: [{}], expect: Allow}]',
      [/tests\[0\]\.messages\[0\]: a message needs one of progress, log and method; write/],
    ],
    [
      'a page that nobody asks to open',
      'tests: [{name: a, tool: b, url: "https://a.example", expect: Allow}]',
      [/tests\[0\]\.url: "https:\/\/a.example" is asked by nobody; write asks/],
    ],
    [
      'arguments that a refused call sends',
      'tests: [{name: a, tool: b, sends: {}, expect: Deny}]',
      [/tests\[0\]\.sends: is sent by nobody; remove it/],
    ],
    [
      'what arrives of a call',
      'tests: [{name: a, tool: b, shows: c, expect: Allow}]',
      [/tests\[0\]\.shows: "c" arrives nowhere; write what the server answers/],
    ],
    [
      'a message where nothing is refused',
      'tests: [{name: a, tool: b, expect: Allow, message: c}]',
      [/"c" is read by nobody, since .*; remove it, or expect Deny/],
    ],
    [
      'a number for a text',
      'tests: [{name: a, tool: b, result: c, expect: Allow, hides: 1111}]',
      [/tests\[0\]\.hides: 1111 is no text; put it in quotes, or write a list of texts/],
    ],
    [
      'a slip in one of two forms',
      'tests: [{name: a, tool: b, expect: Allow, would: {expect: Allowed, rule: [x]}}]',
      [
        /tests\[0\]\.would\.expect: "Allowed" is not allowed here; did you mean Allow\?/,
        /tests\[0\]\.would\.rule: unknown field `rule`; did you mean `rules`\?/,
      ],
    ],
    [
      'a mapping for a list of tools',
      'tools: {tools: []}\ntests: [{name: a, tool: b, expect: Allow}]',
      [/tools: is no list of tools; write the list itself, or the path of a file with it/],
    ],
    ['no cases', 'tests: []', [/tests: the list is empty; write at least 1 entry/]],
    ['a list', '- name: a', [/expected a mapping with tests, got a list; see: sallyport test --help/]],
  ])('is not taken with %s, and it is said how to mend it', (_what, text, patterns) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(patterns.length);
    for (const pattern of patterns) expect(problems.join('\n')).toMatch(new RegExp(pattern, 'm'));
  });
});
