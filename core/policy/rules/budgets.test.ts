import { describe, expect, it, test } from 'vitest';
import { pack } from '../testing/gen.ts';
import { type BundleBudget, budgetsOfBoth, compileBudgets, milliOf } from './budgets.ts';
import { UNREAD } from './when.ts';

function budgetOf(said: object): BundleBudget {
  const budget = [{ credits: 10, window: '1h', ...said }];
  return compileBudgets('finance/pack', pack({ limits: { budget } }).spec, UNREAD).budgets?.[0] ?? expect.fail();
}

test('a budget has the same form however it is written', () => {
  const [one, other] = [
    { tools: ['b', 'a', 'a'], per: ['tool', 'principal'], warnAt: [90, 50, 50] },
    { tools: ['a', 'b'], per: ['principal', 'tool'], warnAt: [50, 90] },
  ];
  expect(budgetOf(one)).toEqual(budgetOf(other));
  expect(budgetOf({})).toMatchObject({
    ...{ id: 'finance/pack#limits.budget[0]', milli: 10_000, tools: null, principals: null, per: ['principal'] },
    ...{ window: { ms: 3_600_000 }, effect: 'Deny', costs: [], warnAt: [] },
  });
  expect(budgetOf({ window: undefined, every: 'Day' }).window).toEqual({ every: 'Day', timeZone: 'UTC' });
});

test.each([
  [1, 1000],
  [0.1 + 0.2, 300],
  [1.005, 1005],
  [0.0001, 1],
  [0, 0],
  [0.0011, 2],
])('%d credits are %d thousandths', (credits, milli) => {
  expect(milliOf(credits)).toBe(milli);
});

describe('of two versions of a pack', () => {
  const [newer, older] = [budgetOf({ name: 'a', credits: 5 }), budgetOf({ name: 'a' })];

  it('all budgets hold, and what both say once', () => {
    expect(budgetsOfBoth([older], [older])).toEqual({ budgets: [older] });
    expect(budgetsOfBoth([newer], undefined)).toEqual({ budgets: [newer] });
    expect(budgetsOfBoth(undefined, [older])).toEqual({ budgets: [older] });
    expect(budgetsOfBoth(undefined, undefined)).toEqual({});
  });

  it('two of one name do not count a call twice in one place', () => {
    expect(budgetsOfBoth([newer], [older])).toEqual({ budgets: [older, { ...newer, apart: true }] });
  });
});
