import { describe, expect, it } from 'vitest';
import { TextPattern, WordList, whyNoPattern } from './patterns.ts';

const found = (pattern: string, text: string): string[] =>
  new TextPattern(pattern).find(text).map(({ start, end }) => text.slice(start, end));

describe('a pattern', () => {
  it.each([
    ['PROJECT-[A-Z]{4}', 'a PROJECT-ABCD and PROJECT-WXYZ', ['PROJECT-ABCD', 'PROJECT-WXYZ']],
    ['(?i)project-[a-z]+', 'PROJECT-x', ['PROJECT-x']],
    ['ab?c', 'ac abc', ['ac', 'abc']],
    ['foo|ba+r', 'baar', ['baar']],
    ['\\bcase \\d+', 'case 12, showcase 13', ['case 12']],
    ['[ü語]+', 'x語ü', ['語ü']],
  ])('%s', (pattern, text, parts) => {
    expect(found(pattern, text)).toEqual(parts);
  });

  it('is none with what RE2 does not have, or where it matches everything', () => {
    expect(whyNoPattern('(?=a)b')).toMatch(/is no RE2 pattern/);
    expect(whyNoPattern('(a)\\1')).toMatch(/is no RE2 pattern/);
    expect(whyNoPattern('a*')).toMatch(/matches the empty text/);
    expect(whyNoPattern('a+')).toBeUndefined();
  });

  it('takes a time that grows with the text', () => {
    const begun = performance.now();
    expect(found('(a+)+b', 'a'.repeat(20_000))).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});

it('words are found whole, in any case', () => {
  const text = 'Blue Harvest, blue harvester, c++ and Harvest';
  const words = new WordList(['blue harvest', 'C++']).find(text);
  expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(['Blue Harvest', 'c++']);
  expect(new WordList(['absent']).find(text)).toEqual([]);
});
