import { describe, expect, it } from 'vitest';
import { isMistake, MAX_TEXT, parseCondition } from './parse.ts';
import type { Subject } from './variables.ts';

function mistakeIn(text: string, subject: Subject = 'tool'): string {
  const parsed = parseCondition(text, subject);
  return isMistake(parsed) ? `${parsed.problem}; ${parsed.mend}` : 'none';
}

describe('a condition', () => {
  it('becomes a tree of plain JSON', () => {
    expect(parseCondition('arguments.n > 1 && tool.name.startsWith("a")', 'tool')).toEqual([
      'and',
      [
        'call',
        '>',
        [
          ['field', ['name', 'arguments'], 'n'],
          ['int', '1'],
        ],
      ],
      [
        'call',
        'startsWith',
        [
          ['field', ['name', 'tool'], 'name'],
          ['value', 'a'],
        ],
      ],
    ]);
  });

  it.each([
    ['princpal.name == "a"', 'knows no variable "princpal" (character 1); did you mean `principal`?'],
    ['principal.nam == "a"', 'reads principal.nam (character 11), and there is no such field; did you mean `name`?'],
    [
      'server.labels == "a"',
      'reads server.labels (character 8), and there is no such field; the fields here are namespace, name',
    ],
    ['arguments.s.startWith("a")', 'knows no function "startWith" (character 1); did you mean `startsWith`?'],
    [
      'principal.name == 1',
      'is no condition: no such overload: string == int (character 1); compare values of one type',
    ],
    [
      'arguments.n +',
      'is no condition: Unexpected token: EOF (character 14); write CEL, for example arguments.amount > 1000',
    ],
    ['"a" + "b"', 'comes to the type string; write what is true or false, such as a comparison'],
    [
      '1u == 1u',
      'has at character 1 "1u", which is of a type that JSON does not have; write a string or a plain number',
    ],
    [
      'arguments.n == 99999999999999999999',
      'has at character 16 "99999999999999999999", which is a whole number of more than 64 bits; write a smaller one, or a double such as 1e19',
    ],
    ['arguments.n == 9223372036854775808', /more than 64 bits/],
    ['arguments.n > -9223372036854775809', /more than 64 bits/],
    ['arguments.n == 0xFFFFFFFFFFFFFFFF', /more than 64 bits/],
    ['arguments.n > -9223372036854775808 && arguments.n < 9223372036854775807', 'none'],
    ['b"a" == b"a"', /of a type that JSON does not have/],
    ['cel.bind(x, 1, x > 0)', /is not offered in conditions/],
    ['has(arguments)', /asks for no field; write for example has\(arguments.path\)/],
    ['arguments.l.all(1, true)', /invalid predicate iteration variable|names no variable/],
    ['arguments.a.all(x, arguments.b.all(y, arguments.c.all(z, x == y)))', /is more than 2 macros deep; write several/],
    ['arguments.s.matches(arguments.p)', /has a pattern of matches that is not written out/],
    ['1.0 + 1 > 0', /write double\(…\) around the whole number/],
    [`${'!'.repeat(300)}true`, /write several rules/],
    [`${'true || '.repeat(127)}true`, 'none'],
    [`"${'a'.repeat(MAX_TEXT)}" == "a"`, `has more than ${MAX_TEXT} characters; write several rules`],
    [`${Array.from({ length: 300 }, () => '1').join('+')} > 0`, /write several rules/],
  ])('%s: %s', (text, said) => {
    if (typeof said === 'string') expect(mistakeIn(text)).toBe(said);
    else expect(mistakeIn(text)).toMatch(said);
  });

  it.each<[Subject, string, string]>([
    ['resource', 'resource.uri.startsWith("file:")', 'none'],
    ['prompt', 'prompt.name == "x"', 'none'],
    ['method', 'method.name == "x"', 'none'],
    [
      'resource',
      'arguments.x == 1',
      'knows no variable "arguments" (character 1); the variables here are principal, server, session, now, resource',
    ],
    [
      'request',
      'tool.name == "x"',
      'knows no variable "tool" (character 1); the variables here are principal, server, session, now',
    ],
  ])('of a rule on a %s has its variables: %s', (subject, text, said) => expect(mistakeIn(text, subject)).toBe(said));

  it.each(['dyn', 'size(arguments) > 0', 'arguments.flag', '[1, 2.5] == [1]'])(
    '%s is decided without throwing',
    (text) => expect(() => parseCondition(text, 'tool')).not.toThrow(),
  );
});
