import { describe, expect, it } from 'vitest';
import { Meter } from '../../inspection.ts';
import { stepsTo, valuesBelow } from './argument-path.ts';

const free = (): Meter => new Meter(100_000, () => false);
const below = (name: string, value: unknown, meter = free()): [string, unknown][] => {
  const [, ...steps] = stepsTo(name);
  return valuesBelow({ pointer: '/a', value }, steps, meter).map(({ pointer, value: found }) => [pointer, found]);
};

describe('what lies at a pointer', () => {
  it.each<[name: string, value: unknown, found: [string, unknown][]]>([
    ['a', { b: 1 }, [['/a', { b: 1 }]]],
    ['/a', { b: 1 }, [['/a', { b: 1 }]]],
    ['/a/b', { b: 1 }, [['/a/b', 1]]],
    ['/a/b/c', { b: { c: 2 } }, [['/a/b/c', 2]]],
    [
      '/a/*/c',
      [{ c: 1 }, { c: 2 }],
      [
        ['/a/0/c', 1],
        ['/a/1/c', 2],
      ],
    ],
    [
      '/a/*/c',
      { x: { c: 1 }, 'y/z': { c: 2 } },
      [
        ['/a/x/c', 1],
        ['/a/y~1z/c', 2],
      ],
    ],
    ['/a/1', ['x', 'y'], [['/a/1', 'y']]],
    ['/a/1', { 1: 'y' }, [['/a/1', 'y']]],
    ['/a/x~1y', { 'x/y': 1 }, [['/a/x~1y', 1]]],
    [
      '/a/b',
      { b: 1, B: 2 },
      [
        ['/a/b', 1],
        ['/a/B', 2],
      ],
    ],
  ])('%s in %j', (name, value, found) => {
    expect(below(name, value)).toEqual(found);
  });

  it('is found in lists that nobody named', () => {
    expect(below('/a/b', [{ b: 1 }, [{ b: 2 }]])).toEqual([
      ['/a/0/b', 1],
      ['/a/1/0/b', 2],
    ]);
  });

  it('is found in JSON inside of a string', () => {
    expect(below('/a/b', ' {"b": "/etc"}')).toEqual([['/a/b', '/etc']]);
    expect(below('/a/*', '["x", "y"]').map(([, value]) => value)).toEqual(['x', 'y']);
  });

  it('is found there under a key with an escape, whatever others have sent in its place', () => {
    for (let i = 0; i < 3; i++) below('/a/b', '{"x":1,"\\\\":1}');
    expect(below('/a/b', '{"x":1,"\\u0062":"/etc"}')).toEqual([['/a/b', '/etc']]);
  });

  it.each([
    ['has a key twice', '{"b":"/etc","b":"/data"}'],
    ['has a key that is none to some', '{"b":"/data","__proto__":{}}'],
    ['is nested too deep', `{"\\u0062":"/etc","x":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['is JSON to Python alone', '{"b":"/etc","x":[NaN]}'],
  ])('throws where JSON inside of a string %s', (_what, text) => {
    expect(() => below('/a/b', text)).toThrow(expect.objectContaining({ name: 'ambiguous JSON' }));
  });

  it('is found behind blanks that are none in JSON', () => {
    expect(below('/a/b', '\u00a0{"b":"/etc"}\ufeff')).toEqual([['/a/b', '/etc']]);
  });

  it.each([['{"b": '], ['[NaN] of text'], ['text'], [1], [true], [{ c: 1 }], [null]])(
    'is named where it is not there: %j',
    (value) => {
      expect(below('/a/b', value)).toEqual([['/a/b', undefined]]);
    },
  );

  it('is nothing where there are no entries', () => {
    expect(below('/a/*', [])).toEqual([]);
    expect(below('/a/*', {})).toEqual([]);
  });

  it('costs something for each entry that is looked at, and ends with the budget', () => {
    const meter = new Meter(50, () => false);
    expect(
      below(
        '/a/*/b',
        Array.from({ length: 1000 }, () => ({ b: 1 })),
        meter,
      ).length,
    ).toBeLessThan(50);
    expect(meter.exhausted).toBe(true);
  });
});
