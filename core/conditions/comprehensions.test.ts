import { expect, it } from 'vitest';
import { say } from './testing/ask.ts';

const args = { items: [{ n: 1 }, { n: 5 }, { n: 9 }], mixed: [1, 'a', 7], map: { a: 1, b: 2 }, none: [], text: 'x' };

it.each([
  ['arguments.items.exists(item, item.n > 8)', true],
  ['arguments.items.exists(item, item.n > 9)', false],
  ['arguments.items.all(item, item.n > 0)', true],
  ['arguments.items.all(item, item.n > 1)', false],
  ['arguments.items.exists_one(item, item.n == 5)', true],
  ['arguments.items.exists_one(item, item.n > 1)', false],
  ['arguments.items.filter(item, item.n > 1).size() == 2', true],
  ['arguments.items.map(item, item.n * 2) == [2, 10, 18]', true],
  ['arguments.items.map(item, item.n > 1, item.n) == [5, 9]', true],
  ['arguments.map.exists(key, arguments.map[key] == 2)', true],
  ['{"x": 1}.all(key, key == "x")', true],
  ['arguments.none.all(item, false)', true],
  ['arguments.none.exists(item, true)', false],
  // What one entry decides holds whatever is wrong with another.
  ['arguments.mixed.exists(item, item > 5)', true],
  ['arguments.mixed.all(item, item < 5)', false],
  ['arguments.mixed.exists(item, item > 9)', 'wrong-type'],
  ['arguments.mixed.all(item, item < 9)', 'wrong-type'],
  ['arguments.mixed.filter(item, item > 5).size() == 1', 'wrong-type'],
  ['arguments.text.all(item, true)', 'wrong-type'],
  ['arguments.items.exists(a, arguments.items.exists(b, a.n + b.n == 14))', true],
  ['arguments.items.exists(tool, tool.n == 9) && tool.name == "transfer"', true],
])('%s says %s', (text, said) => expect(say(text, args)).toBe(said));
