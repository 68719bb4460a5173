import { describe, expect, it } from 'vitest';
import {
  BAD_ESCAPE,
  CONTROL,
  LONE_SURROGATE,
  UNEXPECTED,
  behindBlanks,
  behindDecimal,
  behindExponent,
  behindLiteral,
  behindString,
  wordsOf,
} from './json-lexis.ts';

/** What follows does not matter, nor where in memory it all lies. */
const everywhere = (text: string, read: (bytes: Buffer) => number): number => {
  const ends = ['', ',', ',"x": 1, "y": 2}'].flatMap((rest) =>
    [0, 1, 2, 3].map((offset) => read(Buffer.from('?'.repeat(offset) + text + rest).subarray(offset))),
  );
  expect(new Set(ends).size, text).toBe(1);
  return ends[0] ?? expect.fail();
};

describe('behindString', () => {
  const behind = (text: string, onlyPairs = true) =>
    everywhere(text, (bytes) => behindString(bytes, wordsOf(bytes), 1, onlyPairs));

  it.each([
    '""',
    '"a"',
    '"abc"',
    '"abcd"',
    '"\u007f é€😀 ÿ"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"',
    '"\\ud83d\\ude00"',
    `"${'plain '.repeat(9)}\\"."`,
  ])('is behind the end of %s', (text) => expect(behind(text)).toBe(Buffer.byteLength(text)));

  it.each([
    ['a line break', '"a\n"', CONTROL],
    ['a zero behind four plain bytes', '"abcd\u0000"', CONTROL],
    ['an escape that is none', '"abc\\x"', BAD_ESCAPE],
    ['too few hex digits', '"\\u00g0"', BAD_ESCAPE],
    ['half of a pair', '"\\ud83d"', LONE_SURROGATE],
    ['half of a pair before another escape', '"\\ud83d\\n"', LONE_SURROGATE],
    ['two first halves', '"\\ud83d\\ud83d"', LONE_SURROGATE],
    ['a second half alone', '"\\ude00"', LONE_SURROGATE],
  ])('says what is wrong: %s', (_name, text, problem) => expect(behind(text)).toBe(problem));

  it('lets halves of pairs pass where nobody asked', () => expect(behind('"\\ud83d"', false)).toBe(8));

  it('knows no end of what does not end', () => {
    for (const text of ['"', '"abc', '"abcd', '"abcdefgh\\"']) {
      const bytes = Buffer.from(text);
      expect(behindString(bytes, wordsOf(bytes), 1, true)).toBe(UNEXPECTED);
    }
  });
});

describe('behindLiteral', () => {
  const behind = (text: string) => everywhere(text, (bytes) => behindLiteral(wordsOf(bytes), 0));
  it.each(['true', 'false', 'null'])('is behind %s', (text) => expect(behind(text)).toBe(text.length));
  it.each(['True', 'nul', 'fals', 'falsy', 'x', ''])('is not behind %j', (text) =>
    expect(behind(text)).toBe(UNEXPECTED),
  );
});

describe('a number', () => {
  const behind = (text: string) =>
    everywhere(text, (bytes) => {
      const decimal = behindDecimal(bytes, 0);
      return decimal < 0 ? decimal : behindExponent(bytes, decimal);
    });
  it.each(['0', '-0', '17', '-1.50', '1e5', '1.5E+17', '0.1e-9'])('ends behind %s', (text) =>
    expect(behind(text)).toBe(text.length),
  );
  it.each(['', '-', '01', '-01', '1.', '.5', '1e', '1.5e+', '+1'])('is not %j', (text) =>
    expect(behind(text)).toBe(UNEXPECTED),
  );
});

it('blanks are those of JSON alone', () => {
  expect(behindBlanks(Buffer.from(' \t\r\n\u000b '), 0)).toBe(4);
  expect(behindBlanks(Buffer.from('  '), 0)).toBe(2);
});
