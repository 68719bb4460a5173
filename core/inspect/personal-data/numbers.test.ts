import { expect, test } from 'vitest';
import { numberRuns } from './numbers.ts';

const runs = (text: string): string[] => numberRuns(text).map(({ digits }) => digits);

test.each([
  ['in one piece', 'a 123456789.', ['123456789']],
  ['in groups', '123-456-789', ['123456789']],
  ['beside another', '12 123-456-789', ['12123456789', '123456789']],
])('a number is found %s', (_how, text, digits) => {
  expect(runs(text)).toEqual(digits);
});

test.each(['12345678', 'a123456789', '123456789_b', '0.123456789', '1'.repeat(40), '12  345 6789'])(
  '%s has none',
  (text) => {
    expect(runs(text)).toEqual([]);
  },
);
