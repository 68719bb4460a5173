import { describe, expect, it } from 'vitest';
import type { Principal } from '../../core/policy/principal.ts';
import { ByOwner, ownerOf } from './by-owner.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };
const bob: Principal = { kind: 'token', name: 'bob', groups: [] };

describe('things that belong to somebody', () => {
  it('are found by their owner alone: for others they do not exist', () => {
    const things = new ByOwner<string>(10);
    things.set('s', ada, 'of ada');
    expect(things.get('s', ada)).toBe('of ada');
    expect(things.get('s', bob)).toBeUndefined();
    expect(things.get('s', { ...ada, kind: 'local' })).toBeUndefined();
    expect(things.get('t', ada)).toBeUndefined();
  });

  it('may have one id with two owners', () => {
    const things = new ByOwner<string>(10);
    things.set('s', ada, 'of ada');
    things.set('s', bob, 'of bob');
    things.delete('s', ada);
    expect([things.get('s', ada), things.get('s', bob)]).toEqual([undefined, 'of bob']);
  });

  it('make room for their owner’s next one, the longest unused first, and for nobody else’s', () => {
    const things = new ByOwner<string>(2);
    things.set('of bob', bob, 'b');
    expect([things.set('1', ada, 'one'), things.set('2', ada, 'two')]).toEqual([undefined, undefined]);
    things.get('1', ada);
    expect(things.set('3', ada, 'three')).toBe('two');
    expect([things.get('1', ada), things.get('2', ada), things.get('of bob', bob)]).toEqual(['one', undefined, 'b']);
  });

  it('make room in the order of their last use, each time for the one that is new', () => {
    const things = new ByOwner<number>(100);
    for (let i = 0; i < 100; i++) things.set(String(i), ada, i);
    for (let i = 0; i < 100; i += 2) things.get(String(i), ada);
    const dropped = Array.from({ length: 100 }, (_, i) => things.set(`new ${i}`, ada, -1));
    const [odd, even] = [1, 0].map((first) => Array.from({ length: 50 }, (_, i) => first + 2 * i));
    expect(dropped).toEqual([...(odd ?? []), ...(even ?? [])]);
  });

  it('cost the same to set, however many have to make room', () => {
    const took = (max: number): number => {
      const things = new ByOwner<true>(max);
      for (let i = 0; i < max; i++) things.set(`old ${i}`, ada, true);
      const start = performance.now();
      for (let i = 0; i < 1_000; i++) things.set(`new ${i}`, ada, true);
      return performance.now() - start;
    };
    took(10);
    const best = (max: number): number => Math.min(...Array.from({ length: 5 }, () => took(max)));
    // Looking through ten thousand for the oldest takes several hundred times as long.
    expect(best(10_000)).toBeLessThan(50 * best(10) + 5);
  });

  it('that are set again push nothing out', () => {
    const things = new ByOwner<string>(2);
    things.set('1', ada, 'one');
    things.set('2', ada, 'two');
    expect(things.set('1', ada, 'one again')).toBeUndefined();
    expect(things.set('3', ada, 'three')).toBe('two');
  });

  it('are taken out together by what they are, whosever they are', () => {
    const things = new ByOwner<string>(10);
    things.set('1', ada, 'idle');
    things.set('2', ada, 'busy');
    things.set('1', bob, 'idle');
    expect(things.deleteWhere((thing) => thing === 'idle')).toEqual(['idle', 'idle']);
    expect([things.get('1', ada), things.get('2', ada), things.get('1', bob)]).toEqual([undefined, 'busy', undefined]);
  });
});

it('one name of two kinds is two owners', () => {
  expect(ownerOf(ada)).not.toBe(ownerOf({ ...ada, kind: 'local' }));
  expect(ownerOf(ada)).toBe(ownerOf({ ...ada, groups: ['treasury'] }));
});
