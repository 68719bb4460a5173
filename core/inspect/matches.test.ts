import { expect, it } from 'vitest';
import { matchesOf } from './matches.ts';

it('finds what matchAll finds, also where the pattern is used in between', () => {
  const pattern = /a(\d)/g;
  const found = [...matchesOf(pattern, 'a1 b a2a3')].map(({ index, 1: digit }) => [index, digit]);
  expect(found).toEqual([
    [0, '1'],
    [5, '2'],
    [7, '3'],
  ]);
  const nested = [];
  for (const outer of matchesOf(pattern, 'a1 a2'))
    for (const inner of matchesOf(pattern, 'a3')) nested.push([outer[0], inner[0]]);
  expect(nested).toEqual([
    ['a1', 'a3'],
    ['a2', 'a3'],
  ]);
});
