import { describe, expect, test } from 'vitest';
import { STANDARD_LEXING } from './dialects.ts';
import { type SqlLexing, sqlTokens } from './tokens.ts';

const PLAIN = STANDARD_LEXING;

/** `kind:text`, with `…` behind what does not end. */
function tokens(text: string, lexing: Partial<SqlLexing> = {}): string[] {
  return sqlTokens(text, { ...PLAIN, ...lexing }).map(({ kind, text: t, open }) => `${kind}:${t}${open ? '…' : ''}`);
}

describe('tokens', () => {
  const cases: Record<string, [text: string, tokens: string[], lexing?: Partial<SqlLexing>]> = {
    'of words and marks': ['SELECT a, b.c', ['word:select', 'word:a', 'mark:,', 'word:b', 'mark:.', 'word:c']],
    'of numbers': ['1 2.5 .5 1e5 0x1F 0b01', ['1', '2.5', '.5', '1e5', '0x1F', '0b01'].map((n) => `number:${n}`)],
    'of an exponent without digits': ['1.e(x', ['number:1.e', 'mark:(', 'word:x']],
    'of a number with a word at it': ['1or', ['number:1', 'word:or']],
    'of a string with a quote in it': ["'it''s'", ["string:it''s"]],
    'of a string that does not end': ["'a b", ['string:a b…']],
    'of strings with a prefix': ["N'a' x'41' U&'b'", ['string:a', 'string:41', 'string:b']],
    'of names in quotes': ['"a" `b`', ['quoted:a', 'quoted:b']],
    'of a name in brackets': ['[a b]', ['quoted:a b'], { brackets: true }],
    'of brackets that are none': ['a[1]', ['word:a', 'mark:[', 'number:1', 'mark:]']],
    'of double quotes as a string': ['"a"', ['string:a'], { doubleQuoted: 'string' }],
    'of an escaped quote': [String.raw`'a\'b'`, [String.raw`string:a\'b`], { backslash: true }],
    'of a backslash that escapes nothing': [String.raw`'a\'b`, ['string:a\\', 'word:b']],
    'of an escape string': [String.raw`E'a\'b'`, [String.raw`string:a\'b`]],
    'of a string in dollars': ['$q$ it; $q$ x', ['string: it; ', 'word:x'], { dollar: true }],
    'of dollars that do not end': ['$$a', ['string:a…'], { dollar: true }],
    'of a parameter': ['$1 :a @b @@c ?', ['$1', ':a', '@b', '@@c', '?'].map((v) => `variable:${v}`)],
    'of operators': ['<=> :: || ->> !=', ['<=>', '::', '||', '->>', '!='].map((o) => `operator:${o}`)],
    'of a comment to the end of the line': ['a -- b\nc', ['word:a', 'comment:-- b', 'word:c']],
    'of a line that a carriage return ends': ['a --b\rc', ['word:a', 'comment:--b', 'word:c'], { carriage: true }],
    'of dashes without a blank': ['5--1', ['number:5', 'operator:-', 'operator:-', 'number:1'], { dashBlank: true }],
    'of a hash comment': ['a # b', ['word:a', 'comment:# b'], { hash: true }],
    'of a block comment': ['a/* b */c', ['word:a', 'comment:/* b */', 'word:c']],
    'of a comment in a comment': ['/*a/*b*/c*/d', ['comment:/*a/*b*/c*/', 'word:d'], { nested: true }],
    'of a comment that does not end': ['a/* b', ['word:a', 'comment:/* b…']],
    'of a nested comment that does not end': ['/*/**/', ['comment:/*/**/…'], { nested: true }],
    'of an executed comment': ['/*!50000 a*/', ['executed:/*!50000', 'word:a', 'executed:*/'], { executed: true }],
    'of a comment of MariaDB': ['/*M!100000 a*/', ['executed:/*M!100000', 'word:a', 'executed:*/'], { executed: true }],
  };
  for (const [name, [text, expected, lexing]] of Object.entries(cases)) {
    test(name, () => expect(tokens(text, lexing)).toEqual(expected));
  }
});

test('tokens say where they stand', () => {
  const [, second] = sqlTokens("a 'b'", PLAIN);
  expect(second).toEqual({ kind: 'string', text: 'b', start: 2, end: 5, open: false });
});

test('no more are read than were asked for', () => {
  expect(sqlTokens('a b c', PLAIN, 0, 2)).toHaveLength(2);
});

test('tokens cover the text without overlap, whatever it is', () => {
  for (const text of ["'\\'\"`", '$$', '--', '/*!', '\0\ud800', '[[', ':::', '1e+', '@@`a`']) {
    let at = 0;
    for (const { start, end } of sqlTokens(text, { ...PLAIN, dollar: true, executed: true, brackets: true })) {
      expect(start).toBeGreaterThanOrEqual(at);
      expect(end).toBeGreaterThan(start);
      at = end;
    }
  }
});

test('a megabyte of anything is cut in time that grows with its length alone', () => {
  const pieces = [
    "'",
    '"',
    '`',
    '/*',
    '*/',
    '--\n',
    '$a$',
    '$a$b$',
    '(',
    '1e',
    '@',
    "x'",
    '\\',
    ' ',
    '/*!',
    '[',
    '.',
    'é',
  ];
  const lexing: SqlLexing = { ...PLAIN, dollar: true, executed: true, brackets: true, nested: true, hash: true };
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const start = performance.now();
    sqlTokens(text, lexing);
    expect(performance.now() - start, JSON.stringify(piece)).toBeLessThan(3_000);
  }
});
