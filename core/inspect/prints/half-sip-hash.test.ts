import { expect, test } from 'vitest';
import { HalfSipHash } from './half-sip-hash.ts';

test('is that of the published vector of twelve bytes', () => {
  // vectors_hsip64[12] of https://github.com/veorq/SipHash: 7b c7 1f 9f ae f5 c7 99, key 00 … 07, message 00 … 0b.
  const hash = new HalfSipHash(0x03020100, 0x07060504).of(0x03020100, 0x07060504, 0x0b0a0908);
  expect(hash).toBe(0x9f1fc77b * 0x10000 + 0xf5ae);
});

test('is another one with another key, and with any other word', () => {
  const all = [
    new HalfSipHash(1, 2).of(3, 4, 5),
    new HalfSipHash(1, 3).of(3, 4, 5),
    new HalfSipHash(2, 2).of(3, 4, 5),
    new HalfSipHash(1, 2).of(4, 4, 5),
    new HalfSipHash(1, 2).of(3, 5, 5),
    new HalfSipHash(1, 2).of(3, 4, 6),
  ];
  expect(new Set(all).size).toBe(all.length);
  for (const one of all) expect(Number.isSafeInteger(one) && one >= 0 && one < 2 ** 48).toBe(true);
});
