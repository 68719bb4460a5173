import { expect, test } from 'vitest';
import { asReason } from './reason.ts';

test.each([
  [undefined, undefined],
  [null, undefined],
  ['', undefined],
  [' \n\t ', undefined],
  ['invoice 4711', 'invoice 4711'],
  ['invoice\r\n4711\u0000\u001b[2J', 'invoice 4711 [2J'],
  ['x'.repeat(1024), 'x'.repeat(1024)],
  ['x'.repeat(100_000), `${'x'.repeat(1023)}…`],
  ['\ud800 alone', '\ufffd alone'],
])('%j is the reason %j', (said, reason) => {
  expect(asReason(said)).toBe(reason);
});

test('a cut leaves no half of a character', () => {
  expect(asReason(`${'x'.repeat(1022)}😀y`)?.isWellFormed()).toBe(true);
});
