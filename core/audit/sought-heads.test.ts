import { expect, test } from 'vitest';
import { SoughtHeads } from './sought-heads.ts';

test('the first line with a hash that is sought is known, and others are not', () => {
  const heads = new SoughtHeads(['a', 'b']);
  heads.see('c', { line: 1 });
  heads.see('a', { line: 2 });
  heads.see('a', { line: 3 });
  expect(['a', 'b', 'c', undefined].map((hash) => heads.placeOf(hash))).toEqual([
    { line: 2 },
    undefined,
    undefined,
    undefined,
  ]);
});
