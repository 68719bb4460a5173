import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoTime, milliseconds } from './times.ts';

describe('times', () => {
  test('are what Date makes of them, in whatever order they come', () => {
    const time = fc.double({ min: -1e12, max: 4e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(time), (times) => {
        expect(times.map(isoTime)).toEqual(
          times.map((one) => new Date(one >= 0 ? Math.floor(one) : one).toISOString()),
        );
      }),
    );
  });

  test('of one second differ in their milliseconds', () => {
    expect([1_999, 1_001, 1_000].map(isoTime).map((text) => text.slice(-5))).toEqual(['.999Z', '.001Z', '.000Z']);
  });
});

describe('milliseconds', () => {
  test('are cut to microseconds', () => {
    expect(milliseconds(0.41237)).toBe(0.412);
  });

  test.each([Number.NaN, Infinity, -Infinity])('that JSON cannot express are 0: %s', (value) => {
    expect(milliseconds(value)).toBe(0);
  });
});
