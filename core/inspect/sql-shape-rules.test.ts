import { describe, expect, test } from 'vitest';
import { findShape, type Standing } from './sql-shape-rules.ts';
import { SqlStream } from './sql-stream.ts';
import { sqlTokens } from './sql-tokens.ts';

const BARE: Standing = { breakout: false, apostrophe: false, opening: false, capitals: true };
const QUOTED: Standing = { ...BARE, breakout: true };

function shape(text: string, standing: Standing): string | undefined {
  const lexing = {
    backslash: false,
    doubleQuoted: 'string' as const,
    hash: false,
    dashBlank: false,
    nested: false,
    executed: true,
    dollar: true,
    brackets: false,
  };
  return findShape(new SqlStream(sqlTokens(text, lexing), text), standing, text)?.reason;
}

describe('behind a quote', () => {
  const found: Record<string, readonly string[]> = {
    condition: [
      ' or a=b',
      ' and a glob b',
      ' or 1',
      ' or 1,2',
      ' or x 5',
      " or 'a",
      ' and f(x)',
      ') and (select 1)',
      ' or a is null',
      ' or 1 in (1)',
      ' or 2 between 1 and 3',
      ' or a sounds like b',
      ' or a not like b',
      ' or 1 isnull',
    ],
    union: [' union select x', ' union values(1)'],
    statement: [';drop table x', 'insert into t values (1)', ';commit'],
    'cut-off': ['--', ') /*', ';', ", 'a') --", ' from t --'],
    'out-of-quotes': [
      '=a--',
      '=1',
      "='a",
      '+ascii(1)',
      '%1--',
      '*1=1',
      " like 'a",
      ' not in',
      ' sounds like a',
      ' similar to a',
      " in ('a",
      ' is not null',
      ' is x --',
      ' between 1 and 2',
      ' notnull',
      ' collate nocase',
      ' group by',
      ' having 1=1',
      ' when 1 then',
      ' limit 1',
      ' div 1',
    ],
    function: [' waitfor time 1', ' procedure analyse(sleep(1))'],
  };
  for (const [reason, list] of Object.entries(found)) {
    for (const text of list) test(`${reason}: ${text}`, () => expect(shape(text, QUOTED)).toBe(reason));
  }

  const passed = [
    's day',
    ' and more',
    ' is great',
    ' in the box',
    ' like it',
    '-5"',
    ' by mail',
    '; then',
    '> 5 items',
    ' not so',
  ];
  for (const text of passed) test(`nothing: ${text}`, () => expect(shape(text, QUOTED)).toBeUndefined());

  test('an apostrophe in a word needs more', () => {
    expect(shape('or a', { ...QUOTED, apostrophe: true })).toBeUndefined();
    expect(shape('or a=1', { ...QUOTED, apostrophe: true })).toBe('condition');
  });

  test('a sign in quotes is one', () => {
    expect(shape("='a", { ...QUOTED, opening: true })).toBeUndefined();
  });
});

describe('without a quote', () => {
  const found: Record<string, readonly string[]> = {
    condition: [
      '1 or 1=1',
      '1) and (a=b',
      'x and 1=1',
      '1 and f(x)',
      "or a='",
      '5 or true',
      '1 && 1',
      "'a' = 'a'",
      'or 1--',
    ],
    'cut-off': ['1 --', '1)--', '1; --'],
    union: ['1 union select a from', 'UNION SELECT', '1 UNION SELECT a', 'uNiOn select a', '1 except select *'],
    statement: [
      'x DROP TABLE y',
      'update t set a = 1',
      'delete from t where a',
      'drop table if exists t',
      "exec('x')",
      'execute immediate x',
      'set @a = 1',
      'attach database x',
      "load data infile 'x'",
      'select a, b from t where c',
      'select 0x41',
      'select * from t',
      ';grant a on b',
      ';shutdown',
      ';replace into t values(1)',
    ],
    subquery: ['a(select 1)', 'a (select from', 'a (select b, c'],
    function: ['sleep(5)', 'f(1)::text', "'a'::int", 'dbms_lock.sleep(1)', 'x from sqlite_master', 'waitfor delay x'],
  };
  for (const [reason, list] of Object.entries(found)) {
    for (const text of list) test(`${reason}: ${text}`, () => expect(shape(text, BARE)).toBe(reason));
  }

  const passed = [
    'a or b=c',
    'x=1 and y=2',
    'feature/or-1=1',
    'exec noun',
    'update the list',
    'delete from cart',
    'union was a great select',
    'support for UNION SELECT parsing',
    'select a seat',
    '(select one)',
    'time.sleep(5)',
    'await sleep(5)',
    'sleep()',
    'std::text',
    '5--',
    'and len(path) >= 3',
    'copy that',
    'benchmark (2024)',
  ];
  for (const text of passed) test(`nothing: ${text}`, () => expect(shape(text, BARE)).toBeUndefined());
});
