import { describe, expect, it } from 'vitest';
import { UNOPENED, Units, base64Texts, innerJson } from './inner-texts.ts';

const encode = (bytes: string | readonly number[]): string => Buffer.from(bytes as string).toString('base64');

describe('Base64 in a text', () => {
  const words = 'some words, and ü and 語 and more of them';

  it('is read where it is text, in both alphabets', () => {
    const [standard, url] = [encode(words), Buffer.from(words).toString('base64url')];
    expect(base64Texts(`a ${standard} b`)).toEqual([{ text: words, start: 2, end: 2 + standard.length }]);
    expect(base64Texts(url)).toMatchObject([{ text: words }]);
  });

  it.each([
    ['an image', encode([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 1, 2, 3, 4, 5, 6])],
    ['no UTF-8', encode([...Buffer.from('text that goes on and on and on, and then'), 0xff, 0xfe, 0xfd, 0xfc])],
    ['short', encode('a')],
  ])('is left alone where it is %s', (_what, text) => {
    expect(base64Texts(text)).toEqual([]);
  });
});

function textsIn(text: string): string[] | undefined {
  const inner = innerJson(text);
  return inner === undefined || inner === UNOPENED ? undefined : inner.leaves.map((leaf) => leaf.text);
}

describe('JSON in a text', () => {
  it('has texts of its own', () => {
    expect(textsIn(' {"a":"b"} ')).toEqual(['a', 'b']);
    expect(textsIn('["c"]')).toEqual(['c']);
  });

  it.each([
    ['nested deeper than is read', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['of more values than are read', `[${'0,'.repeat(250_001)}0]`],
  ])('is not opened where it is %s', (_what, text) => {
    expect(innerJson(text)).toBe(UNOPENED);
  });

  it.each(['a {"b":1}', '{"a":1', '{a}', '', '[['])('is not in %j', (text) => {
    expect(innerJson(text)).toBeUndefined();
  });
});

it('bytes of UTF-8 are units of the text', () => {
  const bytes = Buffer.from('ü語😀b');
  expect(new Units(bytes, false).of({ start: 5, end: 10 })).toEqual({ start: 2, end: 5 });
  expect(new Units(bytes, true).of({ start: 5, end: 10 })).toEqual({ start: 5, end: 10 });
});
