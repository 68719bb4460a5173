import { describe, expect, it } from 'vitest';
import { inWords } from './json-problem.ts';
import { Pieces } from './pieces.ts';

describe('what makes a text no JSON', () => {
  it.each([
    ['[NaN]', 'NaN stands in it, which is no word of JSON'],
    ['{"a": -Infinity}', '-Infinity stands in it, which is no word of JSON'],
    ['{"a":1,}', 'its text is not JSON'],
  ])('is told by its name where it has one: %s', (text, words) => {
    expect(inWords('unexpected', Pieces.of(Buffer.from(text)))).toBe(words);
  });

  it('is no word that merely stands in a text which is wrong otherwise', () => {
    expect(inWords('control', Pieces.of(Buffer.from('[NaN]')))).toBe('a string of it has a control character');
  });
});
