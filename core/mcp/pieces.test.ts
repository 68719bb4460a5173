import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pieces } from './pieces.ts';
import { cutAt } from './testing/cut-pieces.ts';

const TEXT = Buffer.from('abcdefghij');

describe('a text in pieces', () => {
  it('has the slices of the whole one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), fc.nat(10), fc.nat(10), (cuts, a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const pieces = cutAt(TEXT, cuts);
        const expected = TEXT.toString('utf8', start, end);
        expect(pieces.slice(start, end).toString()).toBe(expected);
        expect(pieces.part(start, end).whole.toString()).toBe(expected);
        expect(pieces.part(start, end).length).toBe(expected.length);
        expect(pieces.byteAt(start)).toBe(TEXT[start]);
      }),
    );
  });

  it('shares the memory of its pieces where it can', () => {
    const pieces = cutAt(TEXT, [5]);
    expect(pieces.slice(1, 4).buffer).toBe(TEXT.buffer);
    expect(pieces.part(3, 8).list.map(String)).toEqual(['de', 'fgh']);
    expect(pieces.isWhole).toBe(false);
  });

  it('is put together once', () => {
    const pieces = cutAt(TEXT, [5]);
    expect(pieces.whole).toBe(pieces.whole);
    expect(pieces.isWhole).toBe(true);
  });

  it('in one piece is that piece', () => {
    expect([Pieces.of(TEXT).whole, Pieces.of(TEXT).plain]).toEqual([TEXT, TEXT]);
    expect(cutAt(TEXT, [5]).plain).toBeInstanceOf(Pieces);
  });
});
