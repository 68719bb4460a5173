import { describe, expect, it } from 'vitest';
import { pairwiseRatios, round, slopePerHour, spread } from './statistics.ts';

describe('spread', () => {
  it.each([
    { name: 'one value is all three', values: [4], expected: { median: 4, min: 4, max: 4 } },
    { name: 'an odd number has a middle', values: [9, 1, 5], expected: { median: 5, min: 1, max: 9 } },
    {
      name: 'an even number has a mean of two middles',
      values: [10, 1, 2, 3],
      expected: { median: 2.5, min: 1, max: 10 },
    },
    { name: 'numbers are ordered as numbers', values: [10, 9, 100], expected: { median: 10, min: 9, max: 100 } },
  ])('$name', ({ values, expected }) => {
    expect(spread(values)).toEqual(expected);
  });

  it('of nothing is an error', () => {
    expect(() => spread([])).toThrow(RangeError);
  });

  it('leaves its input as it was', () => {
    const values = [3, 1, 2];
    spread(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('pairwiseRatios', () => {
  it('divides what was measured side by side', () => {
    expect(pairwiseRatios([3, 10], [2, 4])).toEqual([1.5, 2.5]);
  });

  it('refuses lists that do not pair', () => {
    expect(() => pairwiseRatios([1], [])).toThrow(RangeError);
  });
});

describe('round', () => {
  it('keeps the digits asked for', () => {
    expect([round(1.2345, 2), round(1_234.5, 0), round(0.005, 2)]).toEqual([1.23, 1235, 0.01]);
  });
});

describe('slopePerHour', () => {
  const at = (...values: number[]) => values.map((value, minute) => ({ atMs: minute * 60_000, value }));

  it.each([
    { name: 'what grows by one a minute', samples: at(5, 6, 7, 8), slope: 60 },
    { name: 'what shrinks', samples: at(3, 2, 1), slope: -60 },
    { name: 'what stays', samples: at(7, 7, 7), slope: 0 },
    { name: 'what goes up and down on a level', samples: at(1, 3, 3, 1), slope: 0 },
    { name: 'one value', samples: at(4), slope: 0 },
    { name: 'none', samples: [], slope: 0 },
  ])('$name', ({ samples, slope }) => {
    expect(slopePerHour(samples)).toBeCloseTo(slope);
  });
});
