import { expect, test } from 'vitest';
import { commandsOfSed } from './sed-commands.ts';
import { known, UNKNOWN } from './values.ts';

const commands = (...words: string[]) => commandsOfSed(['sed', ...words].map(known));

test.each([
  [['1e id', 'x'], ['id']],
  [['-n', '/a\\/b/,$!e id'], ['id']],
  [['s/e x/\\/e/;e'], [UNKNOWN]],
  [['s|a|b|ge'], [UNKNOWN]],
  [['-ne', 'p', '--expression=1e id'], ['id']],
  [['-e1e id'], ['id']],
])('%j runs %j', (words, found) => {
  expect(commands(...words)).toEqual(found);
});

test.each([
  [['s/1e id/e/g', 'e.txt']],
  [['-i', '-E', 's/(a|b)/e/', 'e']],
  [['-f', 'e', 'e']],
  [['a\\ e id']],
  [['/e/d; y/e/f/; b e; :e']],
  [['s/a']],
  [['']],
])('%j runs nothing', (words) => {
  expect(commands(...words)).toEqual([]);
});
