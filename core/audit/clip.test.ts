import { describe, expect, test } from 'vitest';
import { clip, clipAll, clipIfAny, keepable } from './clip.ts';

describe('clip', () => {
  const rows: Record<string, readonly [string, string]> = {
    'leaves what fits': ['abcd', 'abcd'],
    'counts what it cuts': ['abcdefg', 'abcd…[+3]'],
    'does not cut a pair in two': ['abc😀d', 'abc…[+3]'],
    'replaces lone surrogates': ['a\ud800', 'a\ufffd'],
  };
  for (const [name, [input, output]] of Object.entries(rows)) test(name, () => expect(clip(input, 4)).toBe(output));
});

test('a list that needs no change is not copied', () => {
  const texts = ['a', 'b'];
  expect(clipAll(texts, 4)).toBe(texts);
  expect(clipAll([...texts, 'abcdefg', '\ud800'], 4)).toEqual(['a', 'b', 'abcd…[+3]', '\ufffd']);
});

test('what is not there stays away', () => {
  expect(clipIfAny(undefined, 4)).toBeUndefined();
  expect(clipIfAny('abcdefg', 4)).toBe('abcd…[+3]');
});

test('what is kept of a line is what a record can have', () => {
  expect(keepable('default/files')).toBe('default/files');
  expect(keepable('x'.repeat(1_000_000))).toBe('x'.repeat(2100));
});
