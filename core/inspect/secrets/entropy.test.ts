import { expect, test } from 'vitest';
import { entropyOf, mixtureOf } from './entropy.ts';
import { randomOf, sample } from './testing/sample.ts';

test('the entropy of a text is that of its characters', () => {
  expect(['aaaa', 'abab', 'abcd', ''].map(entropyOf)).toEqual([0, 1, 2, 0]);
});

test('random text mixes kinds of characters, words do not', () => {
  const random = mixtureOf(sample('[0-9A-Za-z]{64}', randomOf(4)));
  expect(random).toBeGreaterThan(0.5);
  expect(mixtureOf('get_user_token-from.header')).toBe(0);
  expect(mixtureOf('a')).toBe(0);
});
