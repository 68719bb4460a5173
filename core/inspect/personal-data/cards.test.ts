import { describe, expect, it } from 'vitest';
import { findCards } from './cards.ts';

const found = (text: string): string[] => findCards(text).map(({ start, end }) => text.slice(start, end));

describe('the number of a card', () => {
  it.each([
    ['pay with 4111 1111 1111 1111 today', '4111 1111 1111 1111'],
    ['{"pan":"5500005555555559"}', '5500005555555559'],
    ['amex 3714-496353-98431.', '3714-496353-98431'],
    ['no 7 4111 1111 1111 1111 123', '4111 1111 1111 1111'],
    ['rupay 6079 9179 2744 7233', '6079 9179 2744 7233'],
    ['elo 6363689535510125', '6363689535510125'],
  ])('is found in %j', (text, part) => {
    expect(found(text)).toEqual([part]);
  });

  it.each([
    '4111 1111 1111 1112',
    'order 1234567890123452',
    '0.4111111111111111',
    'id_4111111111111111',
    '2026-11-30 4111.1111',
    'ffff4111111111111111',
    '1764460800000',
  ])('is not %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});
