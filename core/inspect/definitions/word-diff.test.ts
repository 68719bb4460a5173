import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordDiff } from './word-diff.ts';

const said = (before: string, after: string): [string, string][] =>
  wordDiff(before, after).map((hunk) => [before.slice(...hunk.before), after.slice(...hunk.after)]);

describe('the words that are other', () => {
  test.each<[string, string, string, [string, string][]]>([
    ['none', 'Adds two numbers.', 'Adds two numbers.', []],
    ['one', 'Adds two numbers.', 'Adds three numbers.', [['two', 'three']]],
    ['one at the end', 'Adds.', 'Adds. Always', [['', ' Always']]],
    ['all', 'Adds.', 'Takes', [['Adds.', 'Takes']]],
    ['of an empty text', '', 'Adds.', [['', 'Adds.']]],
    [
      'far apart are told apart',
      'One a b c d e f g two.',
      'Uno a b c d e f g dos.',
      [
        ['One', 'Uno'],
        ['two.', 'dos.'],
      ],
    ],
    ['near each other are told together', 'One a two.', 'Uno a dos.', [['One a two.', 'Uno a dos.']]],
  ])('%s', (_, before, after, hunks) => {
    expect(said(before, after)).toEqual(hunks);
  });
});

test('of texts with too many words that differ all are one change', () => {
  const [a, b] = ['a ', 'b '].map((word) => word.repeat(1000));
  expect(wordDiff(`same ${a} c`, `same ${b} c`)).toHaveLength(1);
});

test('what is put in place of what was there makes the other text', () => {
  const text = array(constantFrom('a', 'b', 'c', ' ', '\n', '  '), { maxLength: 40 }).map((all) => all.join(''));
  assert(
    property(text, text, (before, after) => {
      let [made, at] = ['', 0];
      for (const hunk of wordDiff(before, after)) {
        made += before.slice(at, hunk.before[0]) + after.slice(...hunk.after);
        at = hunk.before[1];
      }
      expect(made + before.slice(at)).toBe(after);
    }),
  );
});
