import { describe, expect, test } from 'vitest';
import { comparesStrings, isCondition } from './conditions.ts';
import type { Standing } from './spelling.ts';
import { BARE, QUOTED, streamOf } from './testing/stream-of.ts';

/** Whether the first conjunction begins a condition. */
function isOne(text: string, standing: Standing): boolean {
  const stream = streamOf(text);
  const at = stream.tokens.findIndex(({ text: t }) => ['and', 'or', '&&', '||'].includes(t));
  return isCondition(stream, at, 0, standing);
}

describe('behind a quote it is a condition', () => {
  const texts = [
    ' or a=b',
    ' and a glob b',
    ' or 1',
    ' or 1,2',
    ' or x 5',
    " or 'a",
    " or ''-'",
    ' and f(x)',
    ' or a is null',
    ' or a isnull',
    ' or 1 in (1)',
    ' or 2 between 1 and 3',
    ' or a sounds like b',
    ' or a not like b',
    ' or (select 1)',
  ];
  for (const text of texts) test(text, () => expect(isOne(text, QUOTED)).toBe(true));
  for (const text of [' and more', ' or', " or ' b", ' and 5 of them', ' or a is great']) {
    test(`not ${text}`, () => expect(isOne(text, QUOTED)).toBe(false));
  }
});

describe('without a quote it is a condition', () => {
  const texts = [
    '1 or 1=1',
    '1) and (a=b',
    'x and 1=1',
    '1 and f(x)',
    "or a='",
    '5 or true',
    '1 && 1',
    'or 1--',
    '-1 or a=2',
    'or a.b = a.b',
  ];
  for (const text of texts) test(text, () => expect(isOne(text, BARE)).toBe(true));
  const others = [
    'a or b=c',
    'or a = b',
    'x=1 and y=2',
    'feature/or-1=1',
    'and len(path) >= 3',
    '1 or 2',
    '3 and counting in 5 days',
    '1 and only',
    'true or false',
  ];
  for (const text of others) test(`not ${text}`, () => expect(isOne(text, BARE)).toBe(false));
});

test('an apostrophe in a word needs more', () => {
  const inWord = { ...QUOTED, apostrophe: true };
  expect(isOne('or a', inWord)).toBe(false);
  expect(isOne("and'roll", inWord)).toBe(false);
  expect(isOne('or a=1', inWord)).toBe(true);
});

describe('strings are compared', () => {
  for (const text of ["'1' = '1'", "'1' not regexp '2'", "1 = '1'"])
    test(text, () => expect(comparesStrings(streamOf(text))).toBe(true));
  for (const text of ['1=1', "'a' or 'b'", "a = 'b'", ''])
    test(`not ${text}`, () => expect(comparesStrings(streamOf(text))).toBe(false));
});
