import { expect, test } from 'vitest';
import { identifierViews } from './identifier-views.ts';

function textsOf(value: string): string[] {
  return identifierViews(value).views.map(({ text }) => text);
}

test('a plain name has one view, itself', () => {
  expect(identifierViews('main')).toEqual({
    views: [{ text: 'main', derived: false, bare: false }],
    problem: undefined,
  });
});

test.each([
  ['entities', '&lt;a&#59;&#x7c;&unknown;', '<a;|&unknown;'],
  ['a layer of percent escapes', 'a%3bb', 'a;b'],
  ['two layers', 'a%253bb', 'a;b'],
  ['escapes of IIS', 'a%u003bb', 'a;b'],
  ['the ASCII among bytes that are no text', 'a%ff%3b', 'a%ff;'],
  ['escapes of C', 'a\\x3b\\073\\n', 'a;;\n'],
  ['escapes of JavaScript', '\\u003b\\u{3b}', ';;'],
  ['full width', '；', ';'],
  ['plus signs for blanks', 'cat+/x', 'cat /x'],
  ['quotes and carets gone', `w'h"o^a\\mi`, 'whoami'],
  ['expansions to nothing gone', 'c${x}a$@t', 'cat'],
])('%s', (_, value, view) => expect(textsOf(value)).toContain(view));

test('what stands for no character stays', () => {
  expect(textsOf('&#9999999;')).toEqual(['&#9999999;']);
  expect(textsOf('\\u{ffffff}')[0]).toBe('\\u{ffffff}');
  expect(textsOf('%zz%')).toEqual(['%zz%']);
});

test('UTF-8 that is spelled too long, and a fourth layer, are problems', () => {
  expect(identifierViews('%c0%bb').problem).toBe('malformed-encoding');
  expect(identifierViews('%2525253b').problem).toBe('nested-encoding');
  expect(identifierViews('%25253b').problem).toBeUndefined();
});

test('a name that is decoded is judged as written, one that is folded as derived', () => {
  expect(identifierViews('a%3b').views.find(({ text }) => text === 'a;')?.derived).toBe(false);
  expect(identifierViews('a；').views.find(({ text }) => text === 'a;')?.derived).toBe(true);
});
