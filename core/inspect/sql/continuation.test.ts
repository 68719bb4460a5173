import { expect, test } from 'vitest';
import { beginsAsWord, goesOn, isEnd, isKnownCall, isNullTest } from './continuation.ts';
import { streamOf } from './testing/stream-of.ts';

for (const text of ["'a", "'", "'%x'", "'1'"]) {
  test(`${text} goes on`, () => expect(goesOn(streamOf(text), 0)).toBe(true));
}
for (const text of ["', and", "' in", "'' x"]) {
  test(`${text} does not`, () => expect(goesOn(streamOf(text), 0)).toBe(false));
}

test('a word begins with a letter, a digit or a sign of patterns', () => {
  expect(['a', '5', '%', 'é'].every(beginsAsWord)).toBe(true);
  expect([' a', ',', ''].some(beginsAsWord)).toBe(false);
});

test('an operand ends at a mark, a conjunction or the end', () => {
  expect(isEnd(streamOf(''), 0)).toBe(true);
  for (const text of [';', ')', ',', 'and']) expect(isEnd(streamOf(text), 0)).toBe(true);
  for (const text of ['a', "'a'", '=']) expect(isEnd(streamOf(text), 0)).toBe(false);
});

test('a test for null may be negated', () => {
  for (const text of ['is null', 'is not null', 'is true', 'is not ?'])
    expect(isNullTest(streamOf(text), 0)).toBe(true);
  expect(isNullTest(streamOf('is great'), 0)).toBe(false);
});

test('functions are known by name', () => {
  expect(isKnownCall('sleep')).toBe(true);
  expect(isKnownCall('ascii')).toBe(true);
  expect(isKnownCall('foo')).toBe(false);
});
