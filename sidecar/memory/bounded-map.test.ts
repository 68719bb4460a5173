import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

const filled = (max: number, ...keys: string[]): BoundedMap<string, number> => {
  const map = new BoundedMap<string, number>(max);
  keys.forEach((key, i) => map.set(key, i));
  return map;
};
const keysOf = (map: BoundedMap<string, number>): string[] => [...map.entries()].map(([key]) => key);

describe('a map with a bound', () => {
  it('forgets what was set longest ago', () => {
    const map = filled(2, 'a', 'b', 'c');
    expect(keysOf(map)).toEqual(['b', 'c']);
    expect([map.has('a'), map.get('a'), map.get('c'), map.size]).toEqual([false, undefined, 2, 2]);
  });

  it('takes what is set again for new', () => {
    expect(keysOf(filled(2, 'a', 'b', 'a', 'c'))).toEqual(['a', 'c']);
  });

  it('keeps what is only read at its age', () => {
    const map = filled(2, 'a', 'b');
    map.get('a');
    map.set('c', 2);
    expect(keysOf(map)).toEqual(['b', 'c']);
  });

  it('has room again where something was deleted', () => {
    const map = filled(2, 'a', 'b');
    expect([map.delete('a'), map.delete('a')]).toEqual([true, false]);
    map.set('c', 2);
    expect([...map.values()]).toEqual([1, 2]);
  });
});
