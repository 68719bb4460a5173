import { describe, expect, it } from 'vitest';
import { WholePattern, whyNoPattern } from './whole-pattern.ts';

describe('a pattern', () => {
  it.each([
    ['[A-Z]{3}', 'EUR', true],
    ['[A-Z]{3}', 'EURO', false],
    ['[A-Z]{3}', 'EUR\n', false],
    ['a|b', 'b', true],
    ['a|b', 'ab', false],
    ['(?i)eur', 'EUR', true],
    ['(?m)^a$', 'a\nb', false],
    ['.*', 'a\nb', false],
    ['', '', true],
    ['[ü語]+', '語ü', true],
  ])('%s: whether all of %j matches', (pattern, text, matches) => {
    expect(new WholePattern(pattern).matches(text)).toBe(matches);
  });

  it.each([
    ['(?=a)b', /^is not a pattern of RE2 .*; write one without look-around/],
    [String.raw`(a)\1`, /^is not a pattern of RE2/],
    ['a)|(b', /^is not a pattern of RE2/],
    ['(', /^is not a pattern of RE2/],
    ['(a{1000}){1000}', /^is not a pattern of RE2/],
    ['((a?){30}){30}', /^takes too much to be matched; repeat less/],
  ])('%s is none', (pattern, why) => {
    expect(whyNoPattern(pattern)).toMatch(why);
  });

  it('takes a time that grows with the text, and not with what it could be', () => {
    const pattern = new WholePattern('(?:a?){30}(?:a|aa)+b');
    const timeOf = (length: number): number => {
      const text = 'a'.repeat(length);
      const start = performance.now();
      for (let i = 0; i < 5; i++) pattern.matches(text);
      return performance.now() - start;
    };
    timeOf(2_000);
    expect(timeOf(40_000)).toBeLessThan(50 * Math.max(timeOf(4_000), 1));
  });

  it('costs more the longer it is, and the longer the text', () => {
    const [short, long] = [new WholePattern('a{1,3}'), new WholePattern('a{1,300}')];
    expect(long.workOf('aaa')).toBeGreaterThan(short.workOf('aaa'));
    expect(short.workOf('a'.repeat(1000))).toBeGreaterThan(short.workOf('aaa'));
  });
});
