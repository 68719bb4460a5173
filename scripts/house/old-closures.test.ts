import { expect, test } from 'vitest';
import { oldClosuresIn } from './old-closures.ts';

test.each([
  ['a.b = () => 1;', 1],
  ['this.#b = function () {};', 1],
  ['a[0] = (x: number) => x;', 1],
  ['function f() { if (a) a.b ??= () => 1; }', 1],
  ['const f = () => 1; a.b = f;', 0],
  ['class A { b = () => 1; }', 0],
  ['a = () => 1;', 0],
  ['const a = { b: () => 1 };', 0],
])('in %s', (source, expected) => {
  expect(oldClosuresIn(source)).toBe(expected);
});
