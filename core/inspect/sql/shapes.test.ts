import { describe, expect, test } from 'vitest';
import { findShape } from './shapes.ts';
import type { Standing } from './spelling.ts';
import { BARE, QUOTED, streamOf } from './testing/stream-of.ts';

function shape(text: string, standing: Standing): string | undefined {
  return findShape(streamOf(text), standing, text)?.reason;
}

describe('behind a quote', () => {
  const found: Record<string, readonly string[]> = {
    condition: [' or a=b', ') and (select 1)'],
    union: [' union select x', ' union values(1)'],
    statement: [';drop table x', 'insert into t values (1)', ';commit'],
    'cut-off': ['--', ') /*'],
    'out-of-quotes': ['=1', " like 'a"],
    function: [' waitfor time 1', ' procedure analyse(sleep(1))'],
  };
  for (const [reason, list] of Object.entries(found)) {
    for (const text of list) test(`${reason}: ${text}`, () => expect(shape(text, QUOTED)).toBe(reason));
  }
  for (const text of ['s day', ' and more', '; then']) {
    test(`nothing: ${text}`, () => expect(shape(text, QUOTED)).toBeUndefined());
  }
});

describe('without a quote', () => {
  const found: Record<string, readonly string[]> = {
    condition: ['1 or 1=1', 'if(1=1,1,2)', '1 having 1=1', "x where 'a' like 'a'", "'a' = 'a'"],
    'cut-off': ['1 --'],
    union: [
      '1 union select a from',
      'UNION SELECT',
      '1 UNION SELECT a',
      'uNiOn select a',
      '1 except select *',
      '1 union values (1)',
    ],
    statement: ['x DROP TABLE y', ';grant a on b', 'select * from t', '1 select count(*) from t'],
    subquery: ['a(select 1)', 'a (select from', 'a (select b, c'],
    function: [
      'sleep(5)',
      "x||dbms_pipe.receive_message('a',5)",
      'f(1)::text',
      "'a'::int",
      'dbms_lock.sleep(1)',
      'utl_http.request(x)',
      'x from sqlite_master',
      'waitfor delay x',
    ],
  };
  for (const [reason, list] of Object.entries(found)) {
    for (const text of list) test(`${reason}: ${text}`, () => expect(shape(text, BARE)).toBe(reason));
  }

  const passed = [
    'a or b=c',
    'union was a great select',
    'support for UNION SELECT parsing',
    'select a seat',
    '(select one)',
    'time.sleep(5)',
    'await sleep(5)',
    'sleep()',
    'std::text',
    '(a = 1)',
    'having 1 of 2',
    'time.request(x)',
    'f(1)::other',
    'benchmark (2024)',
    '5--',
  ];
  for (const text of passed) test(`nothing: ${text}`, () => expect(shape(text, BARE)).toBeUndefined());
});

test('a shape says at which token it begins', () => {
  expect(findShape(streamOf('1 or 1=1'), BARE, '1 or 1=1')?.at).toBe(1);
});
