import { describe, expect, it } from 'vitest';
import { InOrder, Place } from './in-order.ts';

function filled(): { list: InOrder<string>; a: Place<string>; b: Place<string>; c: Place<string> } {
  const list = new InOrder<string>();
  const [a, b, c] = [new Place('a'), new Place('b'), new Place('c')] as const;
  for (const place of [a, b, c]) list.enter(place);
  return { list, a, b, c };
}

describe('things in the order in which they came', () => {
  it('are all there, the longest first', () => {
    const { list } = filled();
    expect([list.all(), list.first, list.size]).toEqual([['a', 'b', 'c'], 'a', 3]);
  });

  it('leave from anywhere', () => {
    const { list, a, b, c } = filled();
    expect(list.leave(b)).toBe(true);
    expect(list.all()).toEqual(['a', 'c']);
    list.leave(c);
    list.enter(b);
    expect(list.all()).toEqual(['a', 'b']);
    list.leave(a);
    list.leave(b);
    expect([list.all(), list.first, list.size]).toEqual([[], undefined, 0]);
  });

  it('are there once, and leave once', () => {
    const { list, b } = filled();
    list.enter(b);
    expect(list.size).toBe(3);
    list.leave(b);
    expect(list.leave(b)).toBe(false);
    expect(list.size).toBe(2);
  });

  it('are in one list at a time', () => {
    const { list, a } = filled();
    const other = new InOrder<string>();
    other.enter(a);
    expect(other.leave(a)).toBe(false);
    expect([list.size, other.size]).toEqual([3, 0]);
  });

  it('point to nobody once they have left', () => {
    const { list, b } = filled();
    list.leave(b);
    expect([b.before, b.after]).toEqual([undefined, undefined]);
  });
});
