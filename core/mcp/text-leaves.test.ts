import { describe, expect, it } from 'vitest';
import { bytesOf, pointerOf, textLeaves } from './text-leaves.ts';

const leavesOf = (json: string, skip?: ReadonlySet<string>) => {
  const bytes = Buffer.from(json);
  return textLeaves(bytes, { start: 0, end: bytes.length }, skip);
};
const seen = (json: string) => leavesOf(json).map((leaf) => [pointerOf(leaf), leaf.kind, leaf.text, leaf.key]);

describe('the texts of a value', () => {
  it('are strings, names and long numbers, each with its place', () => {
    expect(seen('{"a": {"b/c": ["x", {"d":"y"}, 1, 4111111111111111]}, "~": null}')).toEqual([
      ['/a', 'key', 'a', undefined],
      ['/a/b~1c', 'key', 'b/c', undefined],
      ['/a/b~1c/0', 'string', 'x', 'b/c'],
      ['/a/b~1c/1/d', 'key', 'd', undefined],
      ['/a/b~1c/1/d', 'string', 'y', 'd'],
      ['/a/b~1c/3', 'number', '4111111111111111', 'b/c'],
      ['/~0', 'key', '~', undefined],
    ]);
  });

  it('may be one', () => {
    expect(seen('"x"')).toEqual([['', 'string', 'x', undefined]]);
  });

  it('are decoded', () => {
    expect(seen(String.raw`["a\"\\", "AKI", "ü", "\n"]`).map(([, , text]) => text)).toEqual(['a"\\', 'AKI', 'ü', '\n']);
  });

  it('are left out with members that are skipped, and only on the outside', () => {
    const texts = leavesOf('{"_meta":{"a":["b",1234567890]},"c":{"_meta":"d"},"e":"f"}', new Set(['_meta'])).map(
      ({ text }) => text,
    );
    expect(texts).toEqual(['c', '_meta', 'd', 'e', 'f']);
  });
});

describe('the bytes of a part', () => {
  it.each([
    ['plain', '"abcdef"', 1, 3, 'bc'],
    ['behind escapes', String.raw`"A\n\"bc"`, 3, 5, 'bc'],
    ['an escape itself', String.raw`"aBc"`, 1, 2, String.raw`B`],
    ['behind other scripts', '"ü語😀bc"', 4, 6, 'bc'],
    ['of another script', '"a😀b"', 1, 3, '😀'],
    ['behind a pair at the beginning', '"😀abc"', 2, 5, 'abc'],
    ['a pair at the end', '"ab😀"', 2, 4, '😀'],
    ['between pairs', '"😀a😀b😀"', 3, 6, '😀b'],
    ['of a number', '1234567890', 2, 4, '34'],
  ])('%s', (_what, json, from, to, part) => {
    const bytes = Buffer.from(json);
    const [leaf] = textLeaves(bytes, { start: 0, end: bytes.length });
    const span = bytesOf(bytes, leaf ?? expect.fail(), from, to);
    expect(bytes.toString('utf8', span.start, span.end)).toBe(part);
  });
});

it('no more leaves are made than may be looked at', () => {
  const bytes = Buffer.from(`[${'"",'.repeat(100)}""]`);
  expect(textLeaves(bytes, { start: 0, end: bytes.length }, undefined, 80)).toHaveLength(11);
});

it('a text full of strings behind one escape takes a time that grows with its length', () => {
  const json = JSON.stringify(['\n', ...Array.from({ length: 200_000 }, () => 'ab')]);
  const begun = performance.now();
  expect(leavesOf(json)).toHaveLength(200_001);
  expect(performance.now() - begun).toBeLessThan(3_000);
});
