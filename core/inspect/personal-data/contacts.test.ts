import { describe, expect, it } from 'vitest';
import { findMail, findPhones } from './contacts.ts';

const mail = (text: string): string[] => findMail(text).map(({ start, end }) => text.slice(start, end));
const phones = (text: string): string[] => findPhones(text).map(({ start, end }) => text.slice(start, end));

describe('a mail address', () => {
  it.each([
    ['write to <Ada.Lovelace+x@maths.co.uk>.', 'Ada.Lovelace+x@maths.co.uk'],
    ['müller@bücher.de', 'müller@bücher.de'],
    ['请联系ada@maths.org。', 'ada@maths.org'],
  ])('is found in %j', (text, part) => {
    expect(mail(text)).toEqual([part]);
  });

  it.each(['git@github.com:a/b', 'ada@example.com', '@scope/package@1.2.3'])('is not %j', (text) => {
    expect(mail(text)).toEqual([]);
  });
});

describe('a telephone number', () => {
  it.each([
    ['call +44 20 7946 0958 now', '+44 20 7946 0958'],
    ['tel: 030 901820 12', '030 901820 12'],
    ['(415) 867-5309', '(415) 867-5309'],
    ['1-800-356-9377', '1-800-356-9377'],
    ['Handy 0151 23456789', '0151 23456789'],
    ['from 0049 151 23456789', '0049 151 23456789'],
  ])('is found in %j', (text, part) => {
    expect(phones(text)).toEqual([part]);
  });

  it.each([
    'version 2026.11.30',
    '555-0100',
    '12345678',
    'order 0010948362',
    'INV-00761264-5316',
    '// 00110011 and 0020-0190',
    'call16777216, 167',
    '+4294967296',
  ])('is not %j', (text) => {
    expect(phones(text)).toEqual([]);
  });

  it('is a member whose key says so, as it is written there', () => {
    const of = (text: string, key: string) => findPhones(text, key).map(({ start, end }) => text.slice(start, end));
    expect([of(' 020 7946 0958', 'homePhone'), of('020 7946 0958', 'order'), of('see below', 'phone')]).toEqual([
      ['020 7946 0958'],
      [],
      [],
    ]);
  });
});
