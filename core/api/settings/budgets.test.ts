import { describe, expect, it } from 'vitest';
import { budgetsSchema } from './budgets.ts';
import { limitsSchema } from './limits.ts';

const complaints = (...entries: readonly object[]): string[] =>
  (budgetsSchema.safeParse(entries.map((entry) => Object.assign({ credits: 10 }, entry))).error?.issues ?? []).map(
    ({ path, message }) => `${path.slice(1).join('.')}: ${message}`,
  );
const costing = (entry: object): object => ({ window: '1h', costs: [{ tools: ['t'], ...entry }] });

describe('a budget', () => {
  it.each([
    ['a window', { window: '744h' }],
    ['a period', { every: 'Week' }],
    ['a time zone', { every: 'Day', timeZone: 'America/Argentina/Buenos_Aires' }],
    ['a cost below one', costing({ credits: 0.001 })],
    ['a cost that is reckoned', costing({ cost: 'double(arguments.count) * 2.5', perKiB: 1 })],
    ['a cost that may be negative', costing({ cost: 'arguments.count - 3' })],
    ['a price', { window: '1h', price: { amount: '12', currency: 'JPY' } }],
  ])('may have %s', (_what, entry) => {
    expect(complaints(entry)).toEqual([]);
  });

  it.each([
    ['no window', {}, /^: needs either window/],
    ['two', { window: '1h', every: 'Day' }, /^: needs either window/],
    ['a window longer than what is kept', { window: '745h' }, /^window: is out of range; write a duration from 1m/],
    ['a period that nobody knows', { every: 'Year' }, /^every: /],
    ['a time zone that nobody knows', { every: 'Day', timeZone: 'Mars/Olympus' }, /^timeZone: is not a time zone/],
    ['no name of a time zone', { every: 'Day', timeZone: '+02:00' }, /^timeZone: is not a time zone/],
    ['a time zone of nothing', { window: '1h', timeZone: 'UTC' }, /^timeZone: timeZone is about every/],
    ['no credits', { window: '1h', credits: 0 }, /^credits: is not a whole number from 1/],
    ['negative credits', { window: '1h', credits: -5 }, /^credits: is not a whole number from 1/],
    ['a negative cost', costing({ credits: -1 }), /^costs\.0\.credits: is not a number from 0 to 1000000/],
    ['a negative cost of a result', costing({ perKiB: -1 }), /^costs\.0\.perKiB: is not a number from 0/],
    ['an endless cost', costing({ credits: Infinity }), /^costs\.0\.credits: /],
    ['a cost in two ways', costing({ credits: 1, cost: '1' }), /^costs\.0\.credits: stands beside cost/],
    ['no cost', costing({}), /^costs\.0: says no cost/],
    ['what is no number', costing({ cost: 'arguments.a > 1' }), /^costs\.0\.cost: comes to the type bool; write/],
    ['what is always negative', costing({ cost: '-5' }), /^costs\.0\.cost: costs nothing that can be counted, .*-5/],
    ['what never comes to anything', costing({ cost: '1 / 0' }), /^costs\.0\.cost: costs nothing that can be/],
    ['what is no CEL', costing({ cost: 'count *' }), /^costs\.0\.cost: is no condition/],
    ['a percent beyond all', { window: '1h', warnAt: [101] }, /^warnAt\.0: is not a whole number from 1 to 100/],
    ['another effect', { window: '1h', effect: 'Log' }, /^effect: /],
    ['a price in words', { window: '1h', price: { amount: '1,5', currency: 'EUR' } }, /^price\.amount: is not an/],
    ['a negative price', { window: '1h', price: { amount: '-1', currency: 'EUR' } }, /^price\.amount: is not an/],
    ['another currency', { window: '1h', price: { amount: '1', currency: 'euro' } }, /^price\.currency: /],
  ])('does not have %s', (_what, entry, complaint) => {
    const [first] = complaints(entry);
    expect(first).toMatch(complaint);
  });

  it('has a name of its own among all limits', () => {
    const budget = [{ credits: 10, window: '1h', name: 'a' }];
    const said = limitsSchema.safeParse({ rate: [{ name: 'a', calls: 1, window: '1m' }], budget });
    expect(said.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'budget.0.name: is the name of rate[0] already; give every limit of a pack a name of its own',
    ]);
  });
});
