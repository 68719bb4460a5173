import { expect, test } from 'vitest';
import { lexingsOf } from './dialects.ts';

const ways: Record<string, [text: string, count: number]> = {
  'plain SQL': ['SELECT \'a\' FROM t WHERE x = "y"', 1],
  'a comment that all end at the same place': ['SELECT 1 -- x\nFROM t /* y */', 1],
  brackets: ['SELECT [a]', 2],
  'a backslash': [String.raw`SELECT '\'`, 2],
  'a hash': ['SELECT 1 # x', 2],
  dollars: ['SELECT $$a$$', 2],
  'dashes without a blank': ['SELECT 5--1', 2],
  'a comment in a comment': ['/* /* */ */ SELECT 1', 2],
  'a comment that is executed': ['/*!50000 SELECT 1 */', 2],
  'a carriage return behind a comment': ['SELECT 1 --\r', 2],
  'all of it': ['/*! /* [a] $$ # \\ --x', 4],
};
for (const [name, [text, count]] of Object.entries(ways)) {
  test(`${name} is read in ${count} ways`, () => expect(lexingsOf(text)).toHaveLength(count));
}
