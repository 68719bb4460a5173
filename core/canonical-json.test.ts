import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { callDigest } from './mcp/call-digest.ts';

describe('canonicalJson', () => {
  it('is RFC 8785 for every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  it.each([
    ['keys in any order', { b: 1, a: 2 }, '{"a":2,"b":1}'],
    ['keys that look like numbers', { 10: 1, 9: 2, a: 3 }, '{"10":1,"9":2,"a":3}'],
    ['the example numbers of RFC 8785', [1e30, 4.5, 2e-3, 1e-27, -0], '[1e+30,4.5,0.002,1e-27,0]'],
    ['keys beyond the basic plane by UTF-16 unit', { '\u{1f600}': 1, '\ufb33': 2 }, '{"\u{1f600}":1,"\ufb33":2}'],
  ])('sorts and writes %s', (_name, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('throws on what JSON cannot express', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow();
    expect(() => canonicalJson(undefined)).toThrow();
  });
});

describe('callDigest', () => {
  const digest = (params: Record<string, unknown>, who = 'token:ada', method = 'tools/call') =>
    callDigest('ns/s', who, method, params);
  const plain = digest({ name: 'a', arguments: { x: 1, y: 2 } });

  it('is the same for the same call, whatever the order of keys and the metadata', () => {
    expect(digest({ _meta: { progressToken: 1 }, arguments: { y: 2, x: 1 }, name: 'a' })).toBe(plain);
  });

  it.each([
    ['an argument', digest({ name: 'a', arguments: { x: 1, y: 3 } })],
    ['an argument more', digest({ name: 'a', arguments: { x: 1, y: 2, z: null } })],
    ['the tool', digest({ name: 'b', arguments: { x: 1, y: 2 } })],
    ['what is sent beside the arguments', digest({ name: 'a', arguments: { x: 1, y: 2 }, requestState: 's' })],
    ['the principal', digest({ name: 'a', arguments: { x: 1, y: 2 } }, 'token:bob')],
    ['the method', digest({ name: 'a', arguments: { x: 1, y: 2 } }, 'token:ada', 'prompts/get')],
  ])('differs with %s', (_name, other) => {
    expect(other).not.toBe(plain);
  });
});
