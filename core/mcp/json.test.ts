import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH } from './json-size.ts';
import { parseStrictJson } from './json.ts';
import { readCarefully } from './parse-json.ts';

const read = (text: string) => parseStrictJson(Buffer.from(text));
const problemOf = (input: string | Buffer) => {
  const result = parseStrictJson(Buffer.from(input as string));
  return result.ok ? 'accepted' : result.problem;
};

describe('parseStrictJson', () => {
  it.each([
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'byte-order-mark'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not-utf-8'],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xae, 0x22]), 'not-utf-8'],
    ['a surrogate encoded as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not-utf-8'],
    ['text that is cut off', Buffer.from('{"a":'), 'not-json'],
    ['two values', Buffer.from('{}{}'), 'not-json'],
    ['a trailing comma', Buffer.from('{"a":1,}'), 'not-json'],
    ['a comment', Buffer.from('{/**/}'), 'not-json'],
    ['NaN', Buffer.from('[NaN]'), 'not-json'],
    ['an unfinished string', Buffer.from('{"a":"b'), 'not-json'],
    ['the same key twice', Buffer.from('{"method":"a","method":"b"}'), 'duplicate-key'],
    ['the same key twice, once escaped', Buffer.from('{"method":"a","m\\u0065thod":"b"}'), 'duplicate-key'],
    ['the same key twice deep inside', Buffer.from('[{"a":{"b":1,"b":1}}]'), 'duplicate-key'],
    ['__proto__', Buffer.from('{"a":[{"__proto__":{"path":"/etc/passwd"}}]}'), 'forbidden-key'],
    ['__proto__ with an escape', Buffer.from('{"__pr\\u006fto__":1}'), 'forbidden-key'],
    ['keys that differ in case', Buffer.from('{"path":1,"PATH":2}'), 'duplicate-key'],
    ['a long s', Buffer.from('{"params":1,"param\u017f":2}'), 'duplicate-key'],
    ['a kelvin sign', Buffer.from('{"k":1,"\u212a":2}'), 'duplicate-key'],
    ['half a surrogate pair', Buffer.from('["\\ud800"]'), 'lone-surrogate'],
    ['a number that no double can hold', Buffer.from('[1e400]'), 'number-too-large'],
    ['half a surrogate pair in a key', Buffer.from('{"\\uDC00":1}'), 'lone-surrogate'],
  ])('refuses %s', (_name, bytes, problem) => {
    expect(problemOf(bytes)).toBe(problem);
  });

  it.each([
    ['a whole surrogate pair', '["\\ud83d\\ude00"]'],
    ['colons, braces and quotes inside strings', '{"a":"b\\":{[:","c":"\\\\"}'],
    ['a long string with escapes near its end', `{"a":"${'x'.repeat(100)}\\\\\\"","b":":"}`],
    ['one key in two objects', '[{"a":1},{"a":2}]'],
    ['an empty key', '{"":1}'],
    ['keys in camel case', '{"protocolVersion":"x","clientInfo":{}}'],
  ])('accepts %s as JSON.parse does', (_name, text) => {
    expect(read(text)).toMatchObject({ ok: true, value: JSON.parse(text), exact: true });
  });

  it('accepts the depth it names and refuses one more', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(problemOf(nested(MAX_JSON_DEPTH))).toBe('accepted');
    expect(problemOf(nested(MAX_JSON_DEPTH + 1))).toBe('too-deep');
    expect(problemOf(nested(1_000_000))).toBe('too-deep');
  });

  it.each([
    ['9007199254740991', true],
    ['9007199254740993', false],
    ['-9007199254740993', false],
    ['1e300', false],
    ['0.1', true],
  ])('says of %s whether it is exact', (number, exact) => {
    expect(read(`{"a":[${number}]}`)).toMatchObject({ ok: true, exact });
  });

  it('reads every value that JSON can express, exactly as JSON.parse', () => {
    const isRefused = (json: unknown): boolean => hasFoldedTwins(json) || JSON.stringify(json).includes('"__proto__":');
    const value = fc.jsonValue({ maxDepth: 6 }).filter((json) => !isRefused(json));
    fc.assert(
      fc.property(value, fc.boolean(), (json, spaced) => {
        const text = JSON.stringify(json, null, spaced ? 2 : 0);
        expect(read(text)).toMatchObject({ ok: true, value: readCarefully(text) });
      }),
    );
  });

  it('refuses every object in which a key is written twice', () => {
    const key = fc.string({ maxLength: 50, unit: 'grapheme' });
    fc.assert(
      fc.property(key, fc.jsonValue(), fc.jsonValue(), (name, a, b) => {
        const member = (json: unknown) => `${JSON.stringify(name)}:${JSON.stringify(json)}`;
        expect(read(`{"x":[{${member(a)},"between":0,${member(b)}}]}`).ok).toBe(false);
      }),
    );
  });

  it('reads a key with an escape as it is, whoever has sent a key with a backslash in its place before', () => {
    const filler = ' '.repeat(3000);
    for (const rest of ['', filler]) {
      for (let i = 0; i < 3; i++) read(`{"arguments":{"x":1,"\\\\u00":1}${rest}}`);
      const text = `{"arguments":{"x":1,"\\u0070ath":"/etc/passwd"}${rest}}`;
      expect(read(text)).toMatchObject({ ok: true, value: { arguments: { x: 1, path: '/etc/passwd' } } });
    }
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseStrictJson(Buffer.from(bytes));
      }),
    );
  });

  it('folds each distinct key once, and no more of them than fit into the time that one message gets', () => {
    const rows = (count: number, distinct: number) =>
      JSON.stringify(
        Array.from({ length: count }, (_, j) =>
          Object.fromEntries(
            Array.from({ length: 20 }, (_key, i) => [`Größe in Metern ${(20 * j + i) % distinct}`, 1]),
          ),
        ),
      );
    expect(problemOf(rows(5000, 100))).toBe('accepted');
    expect(problemOf(rows(1000, 20_000))).toBe('too-many-values');
  });
});

function hasFoldedTwins(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasFoldedTwins);
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value).map((key) => key.toUpperCase().toLowerCase());
  return new Set(keys).size !== keys.length || Object.values(value).some(hasFoldedTwins);
}
