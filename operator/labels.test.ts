import { expect, test } from 'vitest';
import { formatLabels, leadingPair, matchesLabels, pairsOf } from './labels.ts';

test.each([
  ['all pairs are there', { app: 'ledger', tier: 'gold' }, true],
  ['one value differs', { app: 'ledger', tier: 'silver' }, false],
  ['one key is missing', { app: 'ledger' }, false],
  ['there are more', { app: 'ledger', tier: 'gold', team: 'x' }, true],
  ['there are none', undefined, false],
])('a selector of two pairs when %s: %j → %s', (_, labels, expected) => {
  expect(matchesLabels({ app: 'ledger', tier: 'gold' }, labels)).toBe(expected);
});

test('the leading pair of a selector is one of the pairs of every object that it matches, however it is written', () => {
  const labels = { tier: 'gold', app: 'ledger', zone: 'a' };
  expect(leadingPair('finance', { tier: 'gold', app: 'ledger' })).toBe(
    leadingPair('finance', { app: 'ledger', tier: 'gold' }),
  );
  expect(pairsOf('finance', labels)).toContain(leadingPair('finance', { tier: 'gold', app: 'ledger' }));
});

test('an empty selector leads nowhere, and the same pair of another namespace is another one', () => {
  expect(leadingPair('finance', {})).toBeUndefined();
  expect(leadingPair('finance', { app: 'x' })).not.toBe(leadingPair('sales', { app: 'x' }));
  expect(pairsOf('finance', undefined)).toEqual([]);
});

test('labels are shown as kubectl takes them', () => {
  expect(formatLabels({ app: 'ledger', tier: 'gold' })).toBe('app=ledger,tier=gold');
});
