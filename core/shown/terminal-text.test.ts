import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { columnsOf, fold, hasHidden, table, visible, visibleJson, visibleYaml } from './terminal-text.ts';

describe('what could hide or disguise itself is escaped', { tags: ['shown-as-is'] }, () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Kb', 'a\\u{1b}[2Kb'],
    ['a line break and a carriage return', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['a C1 control', '\u009b31m', '\\u{9b}31m'],
    ['text turned around', 'a\u202etxt.exe\u202c', 'a\\u{202e}txt.exe\\u{202c}'],
    ['isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a zero-width space', 'pass\u200bword', 'pass\\u{200b}word'],
    ['a tag character', 'x\u{e0041}', 'x\\u{e0041}'],
    ['a byte order mark', '\ufeffx', '\\u{feff}x'],
    ['a variation selector', 'x\ufe0f', 'x\\u{fe0f}'],
    ['fillers and blanks', '\u3164\u2800', '\\u{3164}\\u{2800}'],
    ['a space that is not the plain one', 'a\u00a0b\u2003c', 'a\\u{a0}b\\u{2003}c'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['a private character', '\ue000', '\\u{e000}'],
    ['a mark on nothing', '"\u0338', '"\\u{338}'],
    ['a pile of marks', 'e\u0301\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301\\u{301}\\u{301}'],
  ])('%s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(hasHidden(text)).toBe(true);
  });

  it.each(['plain text', 'Ä é ñ', 'e\u0301', '日本語', 'नमस्ते', 'Привет', '😀', 'a/b_c-d.e'])('but not %s', (text) => {
    expect(visible(text)).toBe(text);
    expect(hasHidden(text)).toBe(false);
  });

  it('and JSON stays JSON of the same value', () => {
    const value = { 'k\u202e': 'a\u200b\u{e0041}\u001b\n' };
    const text = visibleJson(JSON.stringify(value, null, 2));
    expect(text).toContain(String.raw`"k\u202e": "a\u200b\udb40\udc41\u001b\n"`);
    expect(JSON.parse(text)).toEqual(value);
  });

  it('and YAML in quotes stays YAML of the same value', () => {
    const text = visibleYaml('a: "x\u202e\u{e0041}"\n');
    expect(text).toBe('a: "x\\U0000202e\\U000e0041"\n');
    expect(parse(text)).toEqual({ a: 'x\u202e\u{e0041}' });
  });
});

describe('a line', () => {
  it.each([
    ['short enough stays whole', 'abc', 3, ['abc']],
    ['too long is folded', 'abcdefg', 3, ['abc', 'def', 'g']],
    ['of wide characters is folded by columns', '日本語x', 4, ['日本', '語x']],
    ['keeps a mark with its letter', 'abe\u0301f', 3, ['abe\u0301', 'f']],
    ['may be empty', '', 3, ['']],
  ])('%s', (_, line, width, pieces) => {
    expect(fold(line, width)).toEqual(pieces);
  });
});

it('columns of a table are aligned by what they take on the screen', () => {
  expect(columnsOf('日本a')).toBe(5);
  expect(
    table(
      ['A', 'B'],
      [
        ['日本', '1'],
        ['x', ''],
      ],
    ),
  ).toBe('A     B\n日本  1\nx\n');
});
