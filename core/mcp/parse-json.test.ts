import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hasEscapedKey, parseJson, readCarefully } from './parse-json.ts';

/** What makes V8 misread the key that follows. */
function mislead(text: string): void {
  for (let i = 0; i < 3; i++) JSON.parse(text);
}

describe('a key with an escape', () => {
  test('is read as itself, whatever was read before', () => {
    mislead('{"x":1,"\\\\u00":1}');
    const text = '{"x":1,"\\u0070ath":"/etc/passwd"}';
    expect(parseJson(text)).toEqual({ x: 1, path: '/etc/passwd' });
  });

  test('is one with a quote in it as well', () => {
    mislead('{"h":[],"\\\\":0}');
    expect(parseJson('{"h":1,"\\"":2}')).toEqual({ h: 1, '"': 2 });
  });

  it.each([
    ['{"a\\n":1}', true],
    ['[{"b":"\\n","\\u0061" : 1}]', true],
    ['{"a":"\\""}', false],
    ['{"a":"\\"b\\":1","c":"x"}', false],
    ['["\\n"]', false],
    ['{"a":1}', false],
    ['"\\\\"', false],
    ['7', false],
  ])('is found in %s: %s', (text, has) => expect(hasEscapedKey(text)).toBe(has));
});

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(2), (json, indent) => {
      const text = JSON.stringify(json, undefined, indent);
      expect(JSON.stringify(readCarefully(text))).toBe(JSON.stringify(json));
      expect(parseJson(text)).toEqual(JSON.parse(JSON.stringify(json)));
    }),
  );
});

it('gives scalars as they are written, keys never', () => {
  const shown = (text: string) => parseJson(text, (value, source) => `${typeof value} ${source}`);
  expect(shown('{"a":[1.0,"\\n",{}],"b":null}')).toEqual({ a: ['number 1.0', 'string "\\n"', {}], b: 'object null' });
  expect(shown('{"\\u0061":[1.0,"\\n",{}]}')).toEqual({ a: ['number 1.0', 'string "\\n"', {}] });
});

it('keeps the last of two keys, and __proto__ as a member', () => {
  expect(parseJson('{"a\\u0062":1,"ab":2}')).toEqual({ ab: 2 });
  expect(Object.keys(parseJson('{"__proto\\u005f_":{}}') as object)).toEqual(['__proto__']);
});

it('throws at what is no JSON', () => {
  for (const text of ['', '{"a\\n":1', '{"\\x":1}', '{"a\\n":1}}']) expect(() => parseJson(text)).toThrow(SyntaxError);
});
