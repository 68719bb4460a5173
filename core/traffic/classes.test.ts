import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthClass, numberClass, shortestOf } from './classes.ts';

describe('the class of a length', () => {
  it.each([
    ['', 0],
    ['a', 8],
    ['12345678', 8],
    ['123456789', 16],
    ['x'.repeat(1025), 2048],
    ['\u{1f600}'.repeat(9), 16],
  ])('%# is the next power of two', (text, chars) => expect(lengthClass(text)).toBe(chars));

  it('holds the shortest and the longest that is said to be in it', () => {
    for (const chars of [8, 16, 1024]) {
      expect(lengthClass('x'.repeat(shortestOf(chars)))).toBe(chars);
      expect(lengthClass('x'.repeat(chars))).toBe(chars);
    }
    expect(shortestOf(0)).toBe(0);
  });
});

describe('the class of a number', () => {
  it.each([
    [1001, 1000, 2000],
    [2000, 1000, 2000],
    [2001, 2000, 5000],
    [1000.5, 1000, 2000],
    [0.3, 0.2, 0.5],
    [-1500, -2000, -1000],
    [-0.05, -0.05, -0.02],
  ])('%d lies between %d and %d', (value, above, upTo) => expect(numberClass(value)).toEqual({ above, upTo }));

  it('holds every number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        fc.pre(value !== 0);
        const { above, upTo } = numberClass(value);
        expect(value > 0 ? above < value && value <= upTo : above <= value && value < upTo).toBe(true);
      }),
    );
  });
});
