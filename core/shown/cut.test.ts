import { expect, it } from 'vitest';
import { cutShown } from './cut.ts';

const asIs = (piece: string): string => piece;

it.each([
  ['short enough stays', 'abc', 40, 0, 'abc'],
  ['too long is cut, and the rest counted', 'a'.repeat(60), 40, 0, `${'a'.repeat(18)}… [42 more characters]`],
  ['what was cut off before counts', 'abc', 40, 7, 'abc… [7 more characters]'],
  ['an escape is one piece', '\\u{202e}'.repeat(9), 40, 0, '\\u{202e}\\u{202e}… [7 more characters]'],
  ['a character of two units stays whole', '😀'.repeat(30), 40, 0, `${'😀'.repeat(9)}… [21 more characters]`],
  ['without room there is nothing but as much of the mark', 'abcdefghijklmnopqrstuvwxyz', 5, 0, '… [26'],
])('%s', (_, text, max, more, shown) => {
  expect(cutShown(text, max, asIs, more)).toBe(shown);
});
