import { expect, it } from 'vitest';
import { isLoopback, isWithinPod } from './loopback.ts';

it.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['10.0.0.127', false],
  ['', false],
])('isLoopback(%j) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['127.0.0.6', false],
  ['::ffff:127.0.0.6', false],
  ['10.0.0.127', false],
  [undefined, false],
])('isWithinPod(%j) is %s', (address, expected) => {
  expect(isWithinPod(address)).toBe(expected);
});
