import { describe, expect, test } from 'vitest';
import { streamOf } from './testing/stream-of.ts';

describe('an operand', () => {
  const cases: Record<string, [text: string, kind: string, next: number]> = {
    'is a literal': ['1 =', 'literal', 1],
    'is a string': ["'a' =", 'literal', 1],
    'is a word that is a value': ['null =', 'literal', 1],
    'has signs in front': ['- ~ 1 =', 'literal', 3],
    'has parentheses around it': ['(1) =', 'literal', 3],
    'is a name of parts': ['a.b.c =', 'name', 5],
    'is a call': ['f(a, b) =', 'call', 6],
    'is a known call behind a blank': ['ascii (a, b) =', 'call', 6],
    'is no call where a sentence has a parenthesis': ['sitepen (usa) =', 'name', 1],
    'is a query': ['(select 1) =', 'query', 4],
    'goes on with arithmetic': ["1 || 'a' + 2 =", 'literal', 5],
    'takes the kind of what is added to a name': ['a + 1 =', 'literal', 3],
    'has a cast': ["'a'::text =", 'literal', 3],
    'has a type in front': ["date '2020-01-01' =", 'literal', 2],
    'is none where an operator stands': ['= 1', 'none', 0],
    'is none at the end': ['', 'none', 0],
  };
  for (const [name, [text, kind, next]] of Object.entries(cases)) {
    test(name, () => expect(streamOf(text).operand(0)).toMatchObject({ kind, next }));
  }

  test('says that its string does not end', () => expect(streamOf("'a").operand(0).open).toBe(true));
});

test('a number that MySQL passes over is glue', () => {
  const stream = streamOf('1.e(1) 2');
  expect(stream.glued).toBe(1);
  expect(stream.tokens.map(({ text }) => text)).toEqual(['(', '1', ')', '2']);
});

describe('a comment', () => {
  test('at the end cuts off', () => expect(streamOf('a -- b').cutAt).toBe(2));
  test('of a hash cuts off only at the end', () => {
    expect(streamOf('a #').cutAt).toBe(2);
    expect(streamOf('a #b').cutAt).toBeUndefined();
  });
  test('that has the quote again is a word in quotes', () => {
    expect(streamOf("--flag', x", "'").cutAt).toBeUndefined();
    expect(streamOf("a --flag', x", "'").cutAt).toBe(2);
  });
  test('between words is glue', () => expect(streamOf('select/**/a/*x*/b').glued).toBe(2));
  test('in a pattern of paths is none', () => expect(streamOf('src/**/a/**/b').glued).toBe(0));
  test('with blanks around it is none', () => expect(streamOf('select /* x */ a').glued).toBe(0));
  test('that is executed is counted, and its content read', () => {
    const stream = streamOf('/*!50000select*/ 1');
    expect(stream.executed).toBe(1);
    expect(stream.at(0)).toBe('select');
  });
});

test('the content of a string is no syntax', () => expect(streamOf("'or'").at(0)).toBe(''));
