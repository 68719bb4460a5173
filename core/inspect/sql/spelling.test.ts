import { expect, test } from 'vitest';
import { isCapital, isLoud, isOddlySpelt } from './spelling.ts';
import { BARE, streamOf } from './testing/stream-of.ts';

for (const word of ['sELECT', 'SelECT', 'uNION']) {
  test(`${word} is spelt oddly`, () => expect(isOddlySpelt(streamOf(word), 0, word)).toBe(true));
}
for (const word of ['select', 'SELECT', 'Select', 'oR', 'RegExp', "'sELECT'"]) {
  test(`${word} is not spelt oddly`, () => expect(isOddlySpelt(streamOf(word), 0, word)).toBe(false));
}

test('capitals say something only where others are small', () => {
  expect(isCapital(streamOf('DROP'), 0, BARE, 'DROP')).toBe(true);
  expect(isCapital(streamOf('DROP'), 0, { ...BARE, capitals: false }, 'DROP')).toBe(false);
  expect(isCapital(streamOf('Drop'), 0, BARE, 'Drop')).toBe(false);
});

test('either is loud', () => {
  expect(isLoud(streamOf('DROP'), 0, BARE, 'DROP')).toBe(true);
  expect(isLoud(streamOf('dROP'), 0, BARE, 'dROP')).toBe(true);
  expect(isLoud(streamOf('drop'), 0, BARE, 'drop')).toBe(false);
});
