import { expect, it } from 'vitest';
import { whyNoStatus } from './status.ts';

it.each([100, 103, 200, 418, 599])('HTTP %d is a status', (status) => {
  expect(whyNoStatus(status)).toBeUndefined();
});

it.each([
  [0, 'HTTP 000'],
  [99, 'HTTP 099'],
  [600, 'HTTP 600'],
  [999, 'HTTP 999'],
  [101, 'another protocol'],
])('HTTP %d is said to be none', (status, words) => {
  expect(whyNoStatus(status)).toContain(words);
});
