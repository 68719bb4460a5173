import { describe, expect, it } from 'vitest';
import { TextPattern, whyNoPattern } from './patterns.ts';

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

  it('is none where it takes too much to be looked for', () => {
    expect(whyNoPattern('.{1,1000}'.repeat(20))).toMatch(/takes too much/);
    expect(whyNoPattern('.{1,1000}[yz]')).toMatch(/takes too much/);
    expect(whyNoPattern('[A-Z]{3}-.{1,100}')).toBeUndefined();
  });

  it.each(['EMP-[0-9]+', '[A-Z]{3}-[0-9]+'])('finds all of %s in a long text', (pattern) => {
    const text = 'EMP-12345 and so on\n'.repeat(15_000);
    expect(new TextPattern(pattern).find(text)).toHaveLength(15_000);
  });

  it('takes the rest of a text with more than anybody reads', () => {
    const text = '1 '.repeat(20_010);
    const spans = new TextPattern('[0-9]').find(text);
    expect(spans).toHaveLength(20_001);
    expect(spans.at(-1)).toEqual({ start: 40_000, end: text.length });
  });

  it('takes a time that grows with the text', () => {
    const begun = performance.now();
    expect(found('(a+)+b', 'a'.repeat(20_000))).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});
