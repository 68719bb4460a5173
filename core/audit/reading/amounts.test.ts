import { expect, test } from 'vitest';
import { Amounts } from './amounts.ts';

function sumsOf(...all: readonly (readonly [amount: string, currency: string])[]) {
  const amounts = new Amounts();
  for (const [amount, currency] of all) amounts.add(amount, currency);
  return amounts.sums();
}

test('amounts add up exactly, each currency by itself', () => {
  const tenths = Array.from({ length: 10 }, () => ['0.1', 'EUR'] as const);
  expect(sumsOf(...tenths, ['0.2', 'EUR'], ['3', 'USD'], ['0.000000001', 'CHF'])).toEqual({
    ...{ CHF: '0.000000001', EUR: '1.2', USD: '3' },
  });
});

test.each([
  ['', 'EUR'],
  ['-1', 'EUR'],
  ['1e9', 'EUR'],
  ['1', ''],
  ['1', 'euro'],
  ['1.0000000001', 'EUR'],
])('%j %j is no amount', (amount, currency) => {
  expect(sumsOf([amount, currency])).toEqual({});
});

test('currencies that somebody invents do not fill the memory', () => {
  const amounts = new Amounts();
  for (let i = 0; i < 26 * 26; i++)
    amounts.add('1', `A${String.fromCharCode(65 + (i % 26))}${String.fromCharCode(65 + Math.floor(i / 26))}`);
  expect(Object.keys(amounts.sums())).toHaveLength(16);
});
