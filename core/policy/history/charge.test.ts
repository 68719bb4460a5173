import { describe, expect, it, test } from 'vitest';
import { chargeOf } from './charge.ts';
import type { Spent } from './rule.ts';

const EUR = { amount: '0.01', currency: 'EUR' };

function spent(budget: string, milli: number, price?: Spent['price'], percent?: number): Spent {
  const reached = percent === undefined ? undefined : { percent, spent: 0, limit: 0 };
  return { budget, shadow: false, milli, price, reached };
}

describe('what a call has cost', () => {
  it('is nothing where nothing was spent', () => {
    expect(chargeOf([])).toBeUndefined();
  });

  it('is one sum, of its start and of its result', () => {
    expect(chargeOf([spent('day', 1000, EUR), spent('day', 1500, EUR)])).toEqual({
      ...{ budget: 'day', credits: 2.5, amount: '0.025', currency: 'EUR', reached: [] },
    });
  });

  test.each<[what: string, spent: readonly Spent[], budget: string]>([
    ['the one with a price', [spent('a', 9000), spent('b', 1000, EUR), spent('c', 9000)], 'b'],
    ['the dearer one', [spent('a', 1000), spent('b', 3000)], 'b'],
    ['of equal ones always the same', [spent('b', 1000), spent('a', 1000)], 'a'],
  ])('is not counted twice: by %s', (_what, all, budget) => {
    expect(chargeOf(all)?.budget).toBe(budget);
    expect(chargeOf(all.toReversed())?.budget).toBe(budget);
  });

  it('says what was reached, in whichever budget', () => {
    expect(chargeOf([spent('a', 1000, EUR), spent('b', 1000, undefined, 80)])?.reached).toEqual([
      { budget: 'b', percent: 80 },
    ]);
  });
});

test.each([
  [1000, '0.01', '0.01'],
  [1, '0.000001', '0.000000001'],
  [1_000_000, '1', '1000'],
  [1500, '2.50', '3.75'],
  [0, '1', '0'],
  [1_000_000_000_000, '999999999.999999', '999999999999999000'],
])('%d thousandths at %s are %s', (milli, amount, sum) => {
  expect(chargeOf([spent('a', milli, { amount, currency: 'EUR' })])?.amount).toBe(sum);
});
