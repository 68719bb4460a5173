import { expect, it } from 'vitest';
import { digestOf, Remembered } from './remembered.ts';
import type { Verdict } from './verify-token.ts';

const INVALID: Verdict = { kind: 'invalid', why: 'it has expired' };
const known = (until: number) => ({ kind: 'known', until }) as Verdict;

it('knows a token until it expires', () => {
  const remembered = new Remembered();
  remembered.keep('a', known(1_000), 0);
  expect(remembered.find('a', 999)).toMatchObject({ kind: 'known' });
  expect(remembered.find('a', 1_000)).toBeUndefined();
  expect(remembered.size).toBe(0);
});

it('believes in a refusal for two seconds', () => {
  const remembered = new Remembered();
  remembered.keep('a', INVALID, 0);
  expect(remembered.find('a', 1_999)).toBe(INVALID);
  expect(remembered.find('a', 2_000)).toBeUndefined();
});

it('forgets what was used longest ago, and never good tokens for the sake of others', () => {
  const remembered = new Remembered();
  remembered.keep('first', known(1e9), 0);
  remembered.keep('second', known(1e9), 0);
  for (let i = 0; i < 5_000; i++) remembered.keep(`made up ${i}`, INVALID, 0);
  expect(remembered.size).toBe(1_002);
  expect(remembered.find('first', 1)).toMatchObject({ kind: 'known' });
  for (let i = 0; i < 9_999; i++) remembered.keep(`good ${i}`, known(1e9), 0);
  expect(remembered.find('first', 1)).toMatchObject({ kind: 'known' });
  expect(remembered.find('second', 1)).toBeUndefined();
});

it('keeps no token', () => {
  expect(digestOf('eyJhbGciOi')).toMatch(/^[\w-]{43}$/);
});
