import { describe, expect, test } from 'vitest';
import { isCutNumber, outOfQuotes } from './breakouts.ts';
import { QUOTED, streamOf } from './testing/stream-of.ts';

function out(text: string, first = 0): string | undefined {
  return outOfQuotes(streamOf(text), QUOTED, first);
}

describe('a quote is left', () => {
  const texts = [
    '=a--',
    '=1',
    "='a",
    '=f(1)',
    '+ascii(1)',
    '+(select 1)',
    "+'a",
    '||1',
    '%1--',
    '*1=1',
    " like 'a",
    ' regexp (a)',
    ' rlike 5',
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
    " mod 'a",
    ' waitfor delay',
    ' into outfile',
    ' procedure analyse',
  ];
  for (const text of texts) test(text, () => expect(out(text)).toBe('out-of-quotes'));
});

describe('the rest is cut off', () => {
  for (const text of ['--', ' /*', ';', ", 'a') --", ' from t --']) test(text, () => expect(out(text)).toBe('cut-off'));
  test('behind parentheses', () => expect(out(')) --', 2)).toBe('cut-off'));
});

describe('a sentence goes on', () => {
  const texts = [
    's day',
    ' is great',
    ' in the box',
    ' like it',
    '-5"',
    ' by mail',
    '; then',
    '> 5 items',
    ' not so',
    ", 'b'",
    ' where is it',
    ' limit of it',
    ' into it',
    ' between us',
    ' order it',
    "*', and",
    '+ x',
    '',
  ];
  for (const text of texts) test(text, () => expect(out(text)).toBeUndefined());

  test('where the quote begins a word', () => {
    expect(outOfQuotes(streamOf("='a"), { ...QUOTED, opening: true }, 0)).toBeUndefined();
  });
});

describe('a number with the rest cut off', () => {
  for (const text of ['1 --', '1)--', '1; --', '1)) #'])
    test(text, () => expect(isCutNumber(streamOf(text))).toBe(true));
  for (const text of ['5--', '5', 'a --', '5 a --'])
    test(`not ${text}`, () => expect(isCutNumber(streamOf(text))).toBe(false));
});
