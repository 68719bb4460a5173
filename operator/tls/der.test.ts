import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import * as der from './der.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex');

describe('a length', () => {
  test.each([
    [0, '00'],
    [127, '7f'],
    [128, '8180'],
    [255, '81ff'],
    [256, '820100'],
    [65_536, '83010000'],
  ])('of %i is said in as few bytes as it takes', (length, said) => {
    const bytes = der.octetString(Buffer.alloc(length));
    expect(hex(bytes.subarray(1, bytes.length - length))).toBe(said);
  });
});

describe('an integer', () => {
  test('is positive: a leading bit gets a byte in front', () => {
    expect(hex(der.integer(Buffer.from([0x7f])))).toBe('02017f');
    expect(hex(der.integer(Buffer.from([0x80])))).toBe('02020080');
  });
});

describe('the name of an object', () => {
  test.each([
    ['2.5.4.3', '0603550403'],
    ['1.2.840.10045.2.1', '06072a8648ce3d0201'],
    ['2.5.29.17', '0603551d11'],
  ])('%s', (dotted, said) => expect(hex(der.objectId(dotted))).toBe(said));
});

describe('a time', () => {
  test('has two digits for its year until 2049, and four from then on', () => {
    expect(der.time(new Date('2049-12-31T23:59:59.999Z')).subarray(2).toString()).toBe('491231235959Z');
    expect(der.time(new Date('2050-01-01T00:00:00Z')).subarray(2).toString()).toBe('20500101000000Z');
    expect([der.time(new Date('2049-01-01'))[0], der.time(new Date('2050-01-01'))[0]]).toEqual([0x17, 0x18]);
  });
});

test('truth is all bits, as DER wants it', () => {
  expect([hex(der.boolean(true)), hex(der.boolean(false))]).toEqual(['0101ff', '010100']);
});

test('what is written is read by OpenSSL as what was meant', () => {
  const bytes = der.sequence(
    der.integer(Buffer.from([0xff, 1])),
    der.setOf(der.utf8String('größe')),
    der.objectId('1.2.840.10045.2.1'),
    der.bitString(0, Buffer.from([1])),
    der.tlv(0xa0, der.boolean(true)),
  );
  const read = execFileSync('openssl', ['asn1parse', '-inform', 'DER'], { input: bytes, encoding: 'utf8' });
  expect(read).toMatch(
    /SEQUENCE[^]*INTEGER +:FF01[^]*SET[^]*UTF8STRING[^]*OBJECT +:id-ecPublicKey[^]*BIT STRING[^]*cont \[ 0 \][^]*BOOLEAN/,
  );
});
