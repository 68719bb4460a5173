import { describe, expect, test } from 'vitest';
import { elementsOf, endOfValue, isRestBlank, skipBlanks } from './json-scan.ts';

describe('a value ends', () => {
  const cases: Record<string, [text: string, value: string | undefined]> = {
    'at the quote of its string': ['"a" ,', '"a"'],
    'not at an escaped quote': ['"a\\"b",', '"a\\"b"'],
    'at the quote behind an escaped backslash': ['"a\\\\","', '"a\\\\"'],
    'at its own bracket': ['[1,[2],{"a":[]}],3', '[1,[2],{"a":[]}]'],
    'not at a bracket in a string': ['{"a":"}"}', '{"a":"}"}'],
    'before a comma': ['-1.5e3,2', '-1.5e3'],
    'before a bracket': ['true]', 'true'],
    'before a blank': ['null\t,', 'null'],
    'with the text': ['12', '12'],
  };
  for (const [name, [text, value]] of Object.entries(cases)) {
    test(name, () => expect(text.slice(0, endOfValue(Buffer.from(text), 0, text.length))).toBe(value));
  }

  const endless: Record<string, string> = {
    'a string without an end': '"abc',
    'a string whose last quote is escaped': '"abc\\"',
    'a list without an end': '[1,[2]',
    'a list whose end is in a string': '[1,"]',
    nothing: '',
    'a comma': ',1',
    'a bracket that closes': ']',
  };
  for (const [name, text] of Object.entries(endless)) {
    test(`nowhere for ${name}`, () => expect(endOfValue(Buffer.from(text), 0, text.length)).toBe(-1));
  }

  test('nowhere beyond the span that is looked at', () => {
    expect(endOfValue(Buffer.from('"abc"'), 0, 4)).toBe(-1);
    expect(endOfValue(Buffer.from('[[1]]'), 0, 4)).toBe(-1);
  });
});

describe('elements', () => {
  const elements = (text: string, max = 100, span?: { start: number; end: number }): string[] | undefined =>
    elementsOf(Buffer.from(text), max, span)?.map(({ start, end }) => text.slice(start, end));

  test('stand without the blanks around them', () => {
    expect(elements(' [ 1 ,\n"a" , { "b" : 2 } ] ')).toEqual(['1', '"a"', '{ "b" : 2 }']);
  });

  test('may be none', () => expect(elements('[ ]')).toEqual([]));

  test('are as many as may be, and not one more', () => {
    expect(elements('[1,2]', 2)).toHaveLength(2);
    expect(elements('[1,2,3]', 2)).toBeUndefined();
  });

  test('may be those of a list inside of a text', () => {
    expect(elements('{"a":[1,2]}', 100, { start: 5, end: 10 })).toEqual(['1', '2']);
  });

  const none: Record<string, string> = {
    'an object': '{"a":1}',
    'a comma at the end': '[1,]',
    'a comma at the beginning': '[,1]',
    'two commas': '[1,,2]',
    'no comma': '[1 2]',
    'more behind the list': '[1]2',
    'more behind an empty list': '[]]',
    'a list that does not end': '[1',
    'a list that does not end behind a comma': '[1,',
    'a brace in place of the bracket': '[1}',
    nothing: '',
  };
  for (const [name, text] of Object.entries(none)) {
    test(`are none with ${name}`, () => expect(elements(text)).toBeUndefined());
  }

  const beyond: Record<string, [string, number]> = {
    'behind an element': ['[1]', 2],
    'of an empty list': ['[]', 1],
  };
  for (const [name, [text, end]] of Object.entries(beyond)) {
    test(`are none when the bracket ${name} lies beyond the span`, () => {
      expect(elements(text, 100, { start: 0, end })).toBeUndefined();
    });
  }
});

test('blanks are the four of JSON and no others', () => {
  const bytes = Buffer.from(' \t\n\r\fx');
  expect(skipBlanks(bytes, 0, bytes.length)).toBe(4);
  expect(isRestBlank(bytes, 0, 4)).toBe(true);
  expect(isRestBlank(bytes, 0, bytes.length)).toBe(false);
  expect(isRestBlank(bytes, bytes.length, bytes.length)).toBe(true);
});
