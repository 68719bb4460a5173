import { expect, test } from 'vitest';
import { problemOf, retryAfterOf } from './answered.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

test.each([200, 202, 204])('%i is taken', (status) => {
  expect(problemOf({ status, headers: {} }, NOW)).toBeUndefined();
});

test.each([
  [301, 'Later'],
  [400, 'Never'],
  [401, 'Later'],
  [404, 'Later'],
  [408, 'Later'],
  [410, 'Later'],
  [413, 'Never'],
  [429, 'Later'],
  [500, 'Later'],
  [503, 'Later'],
])('%i is not: %s', (status, again) => {
  const problem = problemOf({ status, headers: {} }, NOW);
  expect(problem?.again).toBe(again);
  expect(problem?.message).toContain(String(status));
});

test.each([
  ['7', 7_000],
  ['0', 0],
  ['86400', 600_000],
  ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (header, expected) => {
  expect(retryAfterOf(header, NOW)).toBe(expected);
});
