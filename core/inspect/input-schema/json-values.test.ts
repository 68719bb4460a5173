import { expect, it } from 'vitest';
import { isMultiple, kindsOf, longerThan, sameText, sizeOf } from './json-values.ts';

const free = (): boolean => true;

it('a value is of each type that JSON Schema gives it', () => {
  const kinds = [null, [], {}, 1, 1.5, 'a', true].map((value) => kindsOf(value).join('+'));
  expect(kinds).toEqual(['null', 'array', 'object', 'integer+number', 'number', 'string', 'boolean']);
});

it('values are the same whatever the order of their members', () => {
  expect(sameText({ a: 1, b: [2] }, undefined, free)).toBe(sameText({ b: [2], a: 1 }, undefined, free));
  expect(sameText('1', undefined, free)).not.toBe(sameText(1, undefined, free));
});

it('a value is not written out where it cannot be among others, or for more than there is', () => {
  expect(sameText({ a: 1 }, new Set(['"a"', '[1]']), free)).toBeUndefined();
  expect(sameText([1], new Set(['"a"', '[1]']), free)).toBe('[1]');
  let left = 100;
  expect(sameText(['x'.repeat(1000)], undefined, (work) => (left -= work) >= 0)).toBeUndefined();
  expect(sizeOf(['x'.repeat(1000)])).toBeGreaterThan(1000);
});

it('lengths are counted in code points', () => {
  expect([longerThan('ab', 2), longerThan('abc', 2), longerThan('😀😀', 2), longerThan('😀😀😀', 2)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});

it('a multiple is one as people count', () => {
  expect([isMultiple(0.3, 0.1), isMultiple(10, 3), isMultiple(1e300, 0.5), isMultiple(1, 0)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
