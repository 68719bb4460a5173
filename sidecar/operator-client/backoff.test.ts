import { describe, expect, it } from 'vitest';
import { Backoff, spread } from './backoff.ts';

describe('Backoff', () => {
  it('doubles up to its limit, and begins anew after a success', () => {
    const backoff = new Backoff(100, 1000, () => 0.5);
    expect(Array.from({ length: 6 }, () => backoff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it.each([
    [0, 80],
    [0.5, 100],
    [1, 120],
  ])('spreads by a fifth: %d', (random, ms) => {
    expect(spread(100, () => random)).toBeCloseTo(ms);
  });
});
