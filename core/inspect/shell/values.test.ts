import { expect, test } from 'vitest';
import { isKnown, joined, known, NOTHING, printing, SOMETHING, UNKNOWN } from './values.ts';

test('what comes from two places comes from both', () => {
  const fetched = { ...SOMETHING, fetched: true };
  expect(joined(NOTHING, fetched)).toBe(fetched);
  expect(joined(fetched, NOTHING)).toBe(fetched);
  expect(joined(printing('a'), printing('b')).text).toBe('ab');
  expect(joined(printing('a'), fetched)).toEqual({ ...SOMETHING, fetched: true });
});

test('a value is known when nothing in it is left to the shell', () => {
  expect(isKnown(known('a'))).toBe(true);
  expect(isKnown(known(`a${UNKNOWN}`))).toBe(false);
});
