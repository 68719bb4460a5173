import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { checksumHolds, checksumOf } from './checksums.ts';
import { randomOf, sample } from './testing/sample.ts';

const body = sample('[0-9A-Za-z]{30}', randomOf(3));

test('a token holds its own checksum', () => {
  expect(checksumHolds(`ghp_${body}${checksumOf(body)}`)).toBe(true);
});

test('what somebody has made up does not', () => {
  expect(checksumHolds(`npm_${body}000000`)).toBe(false);
});

test('of others nothing is known', () => {
  expect(checksumHolds(`glpat-${body}`)).toBeUndefined();
});

test('the checksum is that of zlib', () => {
  const sum = crc32(body);
  const digits = Array.from({ length: 6 }, (_, i) => Math.floor(sum / 62 ** (5 - i)) % 62);
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  expect(checksumOf(body)).toBe(digits.map((digit) => alphabet[digit]).join(''));
});
