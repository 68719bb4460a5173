import { expect, it } from 'vitest';
import { budgetBytes } from './budget-size.ts';
import { ByteBudget } from './byte-budget.ts';

const MIB = 1024 * 1024;

it.each([
  ['the limit of the chart', 192 * MIB, 48],
  ['a limit that is hardly enough for the gate itself', 100 * MIB, 32],
  ['a large limit', 4_096 * MIB, 512],
  ['no limit', undefined, 512],
  ['no limit, as control groups of version 1 say it', 2 ** 63, 512],
])('with %s there is room for so many MiB', (_, limit, expected) => {
  expect(budgetBytes(limit, 8_192 * MIB)).toBe(expected * MIB);
});

it('a body of the largest size that a policy may allow has room in the smallest budget, also for a second client', () => {
  const budget = new ByteBudget(budgetBytes(1, 8_192 * MIB));
  expect([budget.lease('ada').fits(4 * MIB), budget.lease('bob').fits(4 * MIB)]).toEqual([true, true]);
});
