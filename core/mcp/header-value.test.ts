import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';

const encode = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

describe('decodeHeaderValue', () => {
  it('gives plain values back', () => {
    expect(decodeHeaderValue('read_file')).toBe('read_file');
  });

  it('decodes what a client encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeHeaderValue(encode(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['unpadded base64', '=?base64?YQ?='],
    ['base64 with a character of another alphabet', '=?base64?Y-==?='],
    ['base64 with bits left over', '=?base64?YR==?='],
    ['bytes that are not UTF-8', '=?base64?/w==?='],
  ])('has no reading for %s', (_name, value) => {
    expect(decodeHeaderValue(value)).toBeUndefined();
  });
});

describe('encodeHeaderValue', () => {
  it('gives what every header can hold, and what is read as the same text', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string().map(encode));
    fc.assert(
      fc.property(texts, (text) => {
        const value = encodeHeaderValue(text);
        expect(value).toMatch(/^[!-~](?:[ -~]*[!-~])?$/);
        expect(decodeHeaderValue(value)).toBe(text);
      }),
    );
  });

  it.each([
    ['read_file', 'read_file'],
    ['a b', 'a b'],
    [' a', '=?base64?IGE=?='],
    ['é', '=?base64?w6k=?='],
    ['a\nb', '=?base64?YQpi?='],
    ['', '=?base64??='],
  ])('%j', (text, value) => {
    expect(encodeHeaderValue(text)).toBe(value);
  });
});
