import { describe, expect, it } from 'vitest';
import { findMail, findPhones } from './contacts.ts';

const mail = (text: string): string[] => findMail(text).map(({ start, end }) => text.slice(start, end));
const phones = (text: string): string[] => findPhones(text).map(({ start, end }) => text.slice(start, end));

describe('a mail address', () => {
  it.each([['write to <Ada.Lovelace+x@maths.co.uk>.', 'Ada.Lovelace+x@maths.co.uk']])(
    'is found in %j',
    (text, part) => {
      expect(mail(text)).toEqual([part]);
    },
  );

  it.each(['git@github.com:a/b', 'ada@example.com', '@scope/package@1.2.3'])('is not %j', (text) => {
    expect(mail(text)).toEqual([]);
  });
});

describe('a telephone number', () => {
  it.each([
    ['call +44 20 7946 0958 now', '+44 20 7946 0958'],
    ['tel: 030 901820 12', '030 901820 12'],
    ['(415) 867-5309', '(415) 867-5309'],
  ])('is found in %j', (text, part) => {
    expect(phones(text)).toEqual([part]);
  });

  it.each(['version 2026.11.30', '555-0100', '12345678'])('is not %j', (text) => {
    expect(phones(text)).toEqual([]);
  });
});
