import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceCollector } from './piece-collector.ts';

const NOTHING = Buffer.alloc(0);
const gather = (sizes: readonly number[]) => {
  const collector = new PieceCollector();
  const pieces = sizes.map((size, i) => Buffer.alloc(size, i + 1));
  for (const piece of pieces) collector.push(piece);
  return { collector, pieces };
};

describe('gathered pieces', () => {
  it('are the bytes that came, whatever their sizes', () => {
    const size = fc.oneof(fc.nat(100), fc.nat(20_000), fc.nat(70_000));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 12 }), fc.nat(100), (sizes, end) => {
        const { collector, pieces } = gather(sizes);
        const last = Buffer.alloc(end, 0xff);
        const expected = Buffer.concat([...pieces, last]);
        expect(collector.length).toBe(expected.length - end);
        expect(collector.heldBytes).toBeGreaterThanOrEqual(collector.length);
        const taken = collector.take(last);
        expect(taken.length).toBe(expected.length);
        expect(taken.whole.equals(expected)).toBe(true);
        expect([collector.length, collector.heldBytes]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  it('that are alone or large are not copied', () => {
    for (const sizes of [[10], [20_000, 20_000]]) {
      const { collector, pieces } = gather(sizes);
      expect(collector.take(NOTHING).list.map(({ buffer }) => buffer)).toEqual(pieces.map(({ buffer }) => buffer));
    }
  });

  it('that are small are few in the end, and take little more memory than their bytes', () => {
    const { collector } = gather(Array.from({ length: 100_000 }, () => 2));
    expect(collector.heldBytes).toBeLessThan(2 * 200_000);
    expect(collector.take(NOTHING).list).toHaveLength(4);
  });

  it('stay as they are when others are gathered behind them', () => {
    const { collector } = gather([2, 2]);
    const taken = collector.take(NOTHING);
    for (const piece of [Buffer.of(9), Buffer.of(9)]) collector.push(piece);
    expect([...taken.whole]).toEqual([1, 1, 2, 2]);
  });
});
