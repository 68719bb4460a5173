import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quantiles } from './quantiles.ts';

test('what is said is at most one percent off the value of that rank', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0, 0.5, 0.95, 0.99, 1),
      (values, part) => {
        const quantiles = new Quantiles();
        for (const value of values) quantiles.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(part * values.length)) - 1] ?? Number.NaN;
        expect(Math.abs((quantiles.at(part) ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.010_001);
      },
    ),
  );
});

test('of nothing, and of what is no time, there is nothing to say', () => {
  const quantiles = new Quantiles();
  for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) quantiles.add(value);
  expect([quantiles.count, quantiles.at(0.5)]).toEqual([0, undefined]);
  quantiles.add(0);
  expect(quantiles.at(0.5)).toBe(0);
});
