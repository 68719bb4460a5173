import { describe, expect, it } from 'vitest';
import { TextPattern, whyNoPattern } from './patterns.ts';
import { Allowance } from './work.ts';

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
    expect(whyNoPattern('(?=a)b')).toMatch(/is not a pattern of RE2/);
    expect(whyNoPattern('(a)\\1')).toMatch(/is not a pattern of RE2/);
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

describe('in a text that is looked through in parts', () => {
  const gap = (length: number): string => 'x '.repeat(length / 2);

  it.each<[what: string, pattern: string, text: string, parts: string[]]>([
    [
      'over the border of two',
      'EMP-[0-9]{600}',
      `${gap(3_900)}EMP-${'7'.repeat(600)}${gap(9_000)}`,
      [`EMP-${'7'.repeat(600)}`],
    ],
    ['that goes on for more than one', '[a-c]+', `${gap(100)}${'abc'.repeat(4_000)}${gap(100)}`, ['abc'.repeat(4_000)]],
    ['longer than one, where nothing else is', 'BEGIN[^#]+END', `BEGIN${gap(9_000)}END#`, [`BEGIN${gap(9_000)}END`]],
    ['at the beginning alone', '\\Ax', gap(20_000), ['x']],
    ['at the end alone', 'y\\z', `y ${gap(20_000)}y`, ['y']],
    ['whole, whatever stands in front of it', '\\bcase\\b', `${gap(3_070)}  scase case ${gap(9_000)}`, ['case']],
    ['behind half a pair', '😀[0-9]', `${'😀'.repeat(9_001)}7`, ['😀7']],
  ])('a match is found %s', (_what, pattern, text, parts) => {
    expect(found(pattern, text)).toEqual(parts);
  });

  it('each is found once', () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `EMP-${i} `).join('');
    expect(found('EMP-[0-9]+', text)).toHaveLength(5_000);
    expect(found('[A-Z]{3}-[0-9]{1,4}', text)).toHaveLength(5_000);
  });

  it('and only parts with a match pay for finding out where it is', () => {
    const spent = (text: string): number => {
      const work = new Allowance(1e9);
      new TextPattern('[A-Z]{3}-[0-9]{1,4}').find(text, work);
      return 1e9 - work.left;
    };
    expect(spent(`${gap(50_000)}EMP-1`)).toBeLessThan(2 * spent(gap(50_000)));
    expect(spent('EMP-1 '.repeat(8_000))).toBeGreaterThan(5 * spent(gap(48_000)));
  });

  it('ends where there is no more to spend', () => {
    const work = new Allowance(100_000);
    expect(new TextPattern('[A-Z]{3}-[0-9]{1,4}').find('EMP-1 '.repeat(50_000), work).length).toBeLessThan(5_000);
    expect(work.exhausted).toBe(true);
  });
});
