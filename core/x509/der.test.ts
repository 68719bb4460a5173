import { describe, expect, it } from 'vitest';
import { DerError, readElements, readInside, readOne } from './der.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('DER', () => {
  it('is read element by element', () => {
    const [first, second, ...more] = readElements(bytes('0201 05 3003 0201 07'));
    expect([first?.tag, first?.content.toString('hex'), more.length]).toEqual([2, '05', 0]);
    expect(readInside(second, 0x30)[0]?.content.toString('hex')).toBe('07');
  });

  it('has lengths of several bytes', () => {
    const content = Buffer.alloc(300, 1);
    expect(readOne(Buffer.concat([bytes('0482012c'), content])).content.length).toBe(300);
  });

  it.each([
    ['ends before its tag has a length', '02'],
    ['ends before its content does', '020201'],
    ['has a tag of several bytes', '1f8101 00'],
    ['has no definite length (BER)', '3080 0000'],
    ['has a length in more bytes than needed', '048101 00'],
    ['has a length with a zero in front', '0482 0080'],
    ['has a length that nothing has', '0485 0100000000'],
  ])('that %s is none', (_what, hex) => {
    expect(() => readElements(bytes(hex))).toThrow(DerError);
  });

  it('of one thing has nothing behind it', () => {
    expect(() => readOne(bytes('0500 0500'))).toThrow(DerError);
    expect(() => readInside(readOne(bytes('0500')), 0x30)).toThrow(DerError);
  });
});
