import { describe, expect, test } from 'vitest';
import { textsOf } from './texts.ts';

const roles = (value: Record<string, unknown>): string[] =>
  textsOf({ value }).texts.map(({ pointer, role, text }) => `${role} ${pointer} ${text}`);

describe('the texts of a definition are', () => {
  test('its name, title and description', () => {
    expect(roles({ name: 'add', title: 'Add', description: 'Adds.' })).toEqual([
      'name /name add',
      'prose /title Add',
      'prose /description Adds.',
    ]);
  });
  test('names of parameters, and what is said of them', () => {
    expect(roles({ inputSchema: { properties: { to: { description: 'Where', default: 'x', enum: ['a'] } } } })).toEqual(
      [
        'name /inputSchema/properties/to to',
        'prose /inputSchema/properties/to/description Where',
        'data /inputSchema/properties/to/default x',
        'data /inputSchema/properties/to/enum/0 a',
      ],
    );
  });
  test('a parameter that is called like a keyword', () => {
    expect(roles({ inputSchema: { properties: { description: { title: 'T' } } } })).toEqual([
      'name /inputSchema/properties/description description',
      'prose /inputSchema/properties/description/title T',
    ]);
  });
  test('keys that are no words', () => {
    expect(roles({ inputSchema: { 'read the notes': { a: 1 } } })).toEqual([
      'name /inputSchema/read the notes read the notes',
    ]);
  });
  test('hints, and what no revision knows', () => {
    expect(roles({ annotations: { title: 'T' }, _meta: { x: ['y'] } })).toEqual([
      'prose /annotations/title T',
      'data /_meta/x/0 y',
    ]);
  });
});

test('a parameter of the tool is told from one that lies deeper', () => {
  const inner = { type: 'object', properties: { deep: {} } };
  const { texts } = textsOf({ value: { inputSchema: { properties: { top: inner } } } });
  expect(texts.filter(({ isParameter }) => isParameter).map(({ text }) => text)).toEqual(['top']);
});

test('pointers are escaped', () => {
  const { texts } = textsOf({ value: { inputSchema: { properties: { 'a/b~c': {} } } } });
  expect(texts[0]?.pointer).toBe('/inputSchema/properties/a~1b~0c');
});

describe('there is too much', () => {
  test('of a schema that is deep', () => {
    const deep = Array.from({ length: 100 }).reduce<object>((inner) => ({ items: inner }), {});
    expect(textsOf({ value: { inputSchema: deep } }).tooMuch).toBe(true);
  });
  test('of a long text', () => {
    expect(textsOf({ value: { description: 'x'.repeat(600 * 1024) } }).tooMuch).toBe(true);
  });
  test('of very many texts', () => {
    expect(textsOf({ value: { inputSchema: { enum: Array.from({ length: 30_000 }, () => 'x') } } }).tooMuch).toBe(true);
  });
});
