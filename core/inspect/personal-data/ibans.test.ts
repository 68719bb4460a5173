import { describe, expect, it } from 'vitest';
import { findIbans } from './ibans.ts';

const found = (text: string): string[] => findIbans(text).map(({ start, end }) => text.slice(start, end));

describe('the number of an account', () => {
  it.each([
    ['to DE89 3704 0044 0532 0130 00, please', 'DE89 3704 0044 0532 0130 00'],
    ['IBAN:GB82WEST12345698765432', 'GB82WEST12345698765432'],
  ])('is found in %j', (text, part) => {
    expect(found(text)).toEqual([part]);
  });

  it.each(['DE88 3704 0044 0532 0130 00', 'AB12 is no country'])('is not %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});
