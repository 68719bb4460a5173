import { describe, expect, test } from 'vitest';
import { boolean, integer, objectId, time, tlv } from './write-der.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex');

describe('a length (X.690 §8.1.3)', () => {
  test.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('of %i bytes', (length, head) => {
    expect(hex(tlv(4, Buffer.alloc(length)).subarray(0, head.length / 2))).toBe(head);
  });
});

test.each([
  ['7f', '02017f'],
  ['80', '02020080'],
  ['0100', '02020100'],
])('an integer of %s stays positive', (bytes, written) => {
  expect(hex(integer(Buffer.from(bytes, 'hex')))).toBe(written);
});

test.each([
  ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
  ['2.5.29.19', '0603551d13'],
])('the object identifier %s', (dotted, written) => {
  expect(hex(objectId(dotted))).toBe(written);
});

test.each([
  ['2049-12-31T23:59:59Z', 0x17, '491231235959Z'],
  ['2050-01-01T00:00:00Z', 0x18, '20500101000000Z'],
])('the time %s has the form of its century (RFC 5280 §4.1.2.5)', (date, tag, text) => {
  expect(time(new Date(date))).toEqual(tlv(tag, Buffer.from(text)));
});

test('true is all ones', () => {
  expect([hex(boolean(true)), hex(boolean(false))]).toEqual(['0101ff', '010100']);
});
