import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Literals } from './literals.ts';

const WORDS = ['key', 'secret', 'sk', 's.', '|', 'kind: ', 'eyj', 'a-', 'abc'];
const LITERALS = new Literals(WORDS);
const EXPRESSION = new RegExp(WORDS.map((word) => word.replace(/[.|]/g, (mark) => `\\${mark}`)).join('|'), 'gi');

function all(text: string): [number, string][] {
  const found: [number, string][] = [];
  for (let at = LITERALS.next(text, 0); at >= 0; at = LITERALS.next(text, at + 1)) found.push([at, LITERALS.found]);
  return found;
}

it('finds what a regular expression finds, in whatever case, over each other and at the end', () => {
  const pieces = fc.constantFrom(...WORDS, 'K', 'E', 'Y', 's', 'S', 'ſ', 'é', ' ', '-', 'ki', 'kind:', 'x');
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const text = parts.join('');
      const expected: [number, string][] = [];
      EXPRESSION.lastIndex = 0;
      for (let hit = EXPRESSION.exec(text); hit !== null; hit = EXPRESSION.exec(text)) {
        expected.push([hit.index, hit[0].toLowerCase()]);
        EXPRESSION.lastIndex = hit.index + 1;
      }
      expect(all(text)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

it('says whether there is any', () => {
  expect([LITERALS.isIn('my Key'), LITERALS.isIn('nothing'), LITERALS.isIn('')]).toEqual([true, false, false]);
});

it('takes no literal that it could not tell apart', () => {
  expect(() => new Literals(['schlüssel'])).toThrow('not ASCII');
});
