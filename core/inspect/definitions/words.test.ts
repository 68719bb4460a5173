import { describe, expect, test } from 'vitest';
import { spacedName, wordsOf } from './words.ts';

const words = (text: string): readonly string[] => wordsOf(text).words;

describe('words', () => {
  test('are in lower case, without punctuation', () => {
    expect(words('**Do NOT** tell (the) user!')).toEqual(['do', 'not', 'tell', 'the', 'user']);
  });
  test('keep together what an apostrophe joins', () => {
    expect(words("don’t, doesn't")).toEqual(['dont', 'doesnt']);
  });
  test('are what a reader takes them for', () => {
    expect(words('ig\u200bnore \u0440revious \uff50rompt')).toEqual(['ignore', 'previous', 'prompt']);
  });
  test('are none of what is not seen', () => {
    expect(words('a \u200b\u200b b')).toEqual(['a', 'b']);
  });
  test('have their place in the text', () => {
    expect(wordsOf('a, bc').places).toEqual([0, 1, 3, 5]);
  });
});

describe('a sentence begins', () => {
  test.each([
    ['behind a full stop', 'One. Two three', [true, true, false]],
    ['behind an empty line', 'One\n\nTwo three', [true, true, false]],
    ['not behind a dot within a word', 'read a.json now', [true, false, false, false]],
    ['not behind a line end', 'one\ntwo', [true, false]],
  ])('%s', (_, text, begins) => expect(wordsOf(text).begins).toEqual(begins));
});

test('addresses are of mail, phones, accounts and wallets', () => {
  const text = 'to ada@example.com, +4915112345678, DE89370400440532013000 or 0xdeadbeefdeadbeef, not 2026 or @ada';
  const { words: all, addresses } = wordsOf(text);
  expect([...addresses].map((i) => all[i])).toEqual([
    ...['ada', '4915112345678', 'de89370400440532013000', '0xdeadbeefdeadbeef'],
  ]);
});

test.each([
  ['do_not_tell', 'do not tell'],
  ['doNotTell', 'do Not Tell'],
  ['read2File', 'read2 File'],
])('the name %s is words', (name, spaced) => expect(spacedName(name)).toBe(spaced));
