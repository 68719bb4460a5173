import { describe, expect, test } from 'vitest';
import type { FieldSchema } from './kinds.ts';
import { missingField, typeWord, type WrongType, wrongSize, wrongType, wrongWord } from './wording.ts';

test.each([
  [null, 'nothing'],
  [undefined, 'nothing'],
  [[], 'a list'],
  [{}, 'a mapping'],
  ['', 'a string'],
  [1, 'a number'],
  [false, 'true or false'],
])('the type of %j is %s', (value, word) => expect(typeWord(value)).toBe(word));

describe('a field that is missing', () => {
  const field = (schema: Record<string, unknown>): FieldSchema => schema;
  test.each([
    [field({ enum: ['v1'] }), 'add `kind: v1`'],
    [field({ enum: ['a', 'b'] }), 'add `kind` with one of a, b'],
    [field({ description: 'What it is. Required.' }), 'add `kind` (What it is)'],
    [field({}), 'add `kind`'],
    [undefined, 'add `kind`'],
  ])('of %j is to be written', (schema, mend) => {
    expect(missingField(['spec', 'kind'], schema)).toEqual({ message: 'is missing', mend });
  });
  test('of a list has the name of the list', () => {
    expect(missingField(['spec', 'tools', 0], undefined).mend).toBe('add `tools`');
  });
});

describe('a value of another type', () => {
  const wrong = (fields: Partial<WrongType>): string | undefined =>
    wrongType({
      expected: 'string',
      value: 1,
      path: ['f'],
      field: undefined,
      required: false,
      hidden: false,
      ...fields,
    }).mend;
  const cases: Record<string, [fields: Partial<WrongType>, mend: string]> = {
    'where a list is wanted is put into brackets': [{ expected: 'array', value: 'a' }, 'write `f: [a]`'],
    'in a list of lists as well': [{ expected: 'array', value: 'a', path: ['f', 0] }, 'write `- [a]`'],
    'with blanks is put into quotes, too': [{ expected: 'array', value: 'a b' }, 'write `f: ["a b"]`'],
    'that is long is not repeated': [{ expected: 'array', value: 'a'.repeat(61) }, 'put the value in brackets'],
    'that may be a secret is not repeated': [
      { expected: 'array', value: 'a', hidden: true },
      'put the value in brackets',
    ],
    'that is a mapping where a list is wanted': [{ expected: 'array', value: {} }, 'start every entry with "- "'],
    'that is a list where a text is wanted': [{ value: [] }, 'write one string instead of the list'],
    'that is a mapping where a text is wanted': [
      { value: {} },
      'write one string instead of the mapping, or start a block of text with `|`',
    ],
    'that is a number as it was written': [{ value: 12 }, 'put it in quotes: `f: "12"`'],
    'that is a number of which the spelling is lost': [{ value: 8 }, 'put it in quotes'],
    'that is a fraction of which the spelling is lost': [{ value: 1.5 }, 'put it in quotes'],
    'that is a word of YAML': [{ value: true }, 'put it in quotes: `f: "true"`'],
    'that is a number and may be a secret': [{ value: 1234, hidden: true }, 'put it in quotes'],
    'that says yes': [{ expected: 'boolean', value: 'Yes' }, 'write `f: true`, without quotes'],
    'that says no': [{ expected: 'boolean', value: 'off' }, 'write `f: false`, without quotes'],
    'that says neither': [{ expected: 'boolean', value: 'maybe' }, 'write `f: true` or `f: false`'],
    'where fields are wanted': [
      { expected: 'object', field: { properties: { a: {}, b: {} } } },
      'write its fields as `field: value`; they are a, b',
    ],
    'where entries are wanted': [{ expected: 'record' }, 'write its entries as `name: value`'],
    'that is nothing': [{ value: null, required: true }, 'write a value after `f:`'],
    'that is nothing and need not be there': [{ value: null }, 'write a value after `f:` or remove the field'],
    'that is nothing in a list': [{ value: null, path: ['f', 2] }, 'write a value or remove the entry'],
  };
  for (const [name, [fields, mend]] of Object.entries(cases)) {
    test(name, () => expect(wrong(fields)).toBe(mend));
  }
  test('is named beside what was wanted', () => {
    const path = ['f'];
    expect(
      wrongType({ expected: 'array', value: 'a', path, field: undefined, required: true, hidden: false }).message,
    ).toBe('expected a list, got a string');
  });
});

describe('a word that is none of those allowed', () => {
  const where = (key: string) => ({ path: ['spec', key], kind: 'PolicyPack', shown: '"x"' });
  test('is told which was meant', () => {
    expect(wrongWord(['Allow', 'Deny'], 'Denny', { ...where('effect'), shown: '"Denny"' })).toEqual({
      message: '"Denny" is not an effect',
      mend: 'did you mean Deny?',
    });
  });
  test('is told all, where none is near', () => {
    expect(wrongWord(['Allow', 'Deny'], 'x', where('other'))).toEqual({
      message: '"x" is not allowed here',
      mend: 'write one of Allow, Deny',
    });
  });
  test('is told the only one, be it near or not', () => {
    expect(wrongWord(['v1'], 'v2', where('apiVersion'))).toEqual({
      message: '"x" is not the apiVersion of kind PolicyPack',
      mend: 'write `apiVersion: v1`',
    });
  });
  test('may be no word at all', () => {
    expect(wrongWord(['Allow', 'Deny'], 7, where('effect')).message).toBe('expected an effect, got a number');
    expect(wrongWord(['Allow', 'Deny'], [], where('other')).message).toBe('expected a string, got a list');
  });
});

describe('a size', () => {
  test.each([
    ['array', 2, 'most', [1, 2, 3], 'has 3 entries, and at most 2 are allowed', 'shorten it'],
    ['array', 1, 'most', [1, 2], 'has 2 entry, and at most 1 is allowed', 'shorten it'],
    ['string', 2, 'most', 'abc', 'has 3 characters, and at most 2 are allowed', 'shorten it'],
    ['string', 5, 'least', 'abc', 'has 3 characters, and at least 5 are allowed', 'add what is missing'],
    ['array', 1, 'least', [], 'the list is empty', 'write at least 1 entry'],
    ['string', 1, 'least', '', 'is an empty string', 'write at least 1 character'],
  ] as const)('of %s: %i at %s', (origin, limit, bound, value, message, mend) => {
    expect(wrongSize(origin, limit, bound, value)).toEqual({ message, mend });
  });
});
