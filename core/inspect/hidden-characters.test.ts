import { expect, test } from 'vitest';
import { findHiddenCharacter } from './hidden-characters.ts';

const hidden: Record<string, [text: string, found: string]> = {
  'a zero byte': ['a\0b', 'U+0000'],
  'a newline': ['a\nb', 'U+000A'],
  'a zero-width space': ['a\u200bb', 'U+200B'],
  'a joiner between Latin letters': ['a\u200db', 'U+200D'],
  'a non-joiner at the end of an Arabic word': ['نامه\u200c', 'U+200C'],
  'an override of the direction': ['a\u202egnp.exe', 'U+202E'],
  'an isolate': ['\u2066a', 'U+2066'],
  'a byte order mark': ['\ufeffa', 'U+FEFF'],
  'a soft hyphen': ['pass\u00adword', 'U+00AD'],
  'a line separator': ['a\u2028b', 'U+2028'],
  'a Hangul filler': ['a\u3164b', 'U+3164'],
  'a tag character': ['a\u{e0041}', 'U+E0041'],
  'half of a surrogate pair': ['a\ud800b', 'U+D800'],
  'a variation selector behind a letter': ['a\ufe0f', 'U+FE0F'],
  'an ideographic variant behind a letter': ['a\u{e0100}', 'U+E0100'],
  'a Mongolian selector behind a letter': ['a\u180b', 'U+180B'],
  'the second where the first is at home': ['👩\u200d💻 a\u200bb', 'U+200B'],
  'a joiner at the beginning': ['\u200d💻', 'U+200D'],
};
for (const [name, [text, found]] of Object.entries(hidden)) {
  test(`${name} is found`, () => expect(findHiddenCharacter(text)).toBe(found));
}

const atHome: Record<string, string> = {
  'a family of emoji': '👨\u200d👩\u200d👧',
  'an emoji of a skin tone that joins': '👩🏽\u200d💻',
  'a heart on fire': '❤\ufe0f\u200d🔥',
  'a flag of several colours': '🏳\ufe0f\u200d🌈',
  'a digit as an emoji': '1\ufe0f\u20e3',
  'a Persian non-joiner': 'می\u200cخواهم',
  'a Persian non-joiner behind a vowel': 'مَ\u200cخ',
  'a Sinhala joiner': 'ශ්\u200dරී',
  'a variant of a Japanese name': '葛\u{e0100}城',
  'a variant of a Chinese character outside of the first plane': '\u{20bb7}\u{e0100}',
  'a Mongolian selector': 'ᠠ\u180b',
  'a form of an operator': '\u2229\ufe00',
  'plain text': 'Straße 12, 東京',
};
for (const [name, text] of Object.entries(atHome)) {
  test(`${name} is at home`, () => expect(findHiddenCharacter(text)).toBeUndefined());
}

test('what was found in one text is no beginning in the next', () => {
  expect(findHiddenCharacter('aaaaaaaa\u200b')).toBe('U+200B');
  expect(findHiddenCharacter('\u200b')).toBe('U+200B');
});

test('a long text of characters that are at home takes no time', () => {
  const start = performance.now();
  expect(findHiddenCharacter('👩\u200d💻'.repeat(50_000))).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(2_000);
});
