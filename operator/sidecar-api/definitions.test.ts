import { expect, test } from 'vitest';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { tellingSchema } from './definitions.ts';

const told = (...definitions: object[]) => tellingSchema.parse({ definitions });
const add = { name: 'add', description: 'Adds.' };

test('name and digest follow from the definition, whatever a gate says of them', () => {
  expect(told({ kind: 'tool', definition: add, used: true, name: 'delete', digest: 'sha256:0' })).toEqual([
    { kind: 'tool', name: 'add', digest: definitionDigest({ kind: 'tool', value: add }), definition: add, used: true },
  ]);
});

test.each([
  ['prompt', { name: 'p' }, 'p'],
  ['resourceTemplate', { uriTemplate: 'file:///{a}' }, 'file:///{a}'],
  ['instructions', { instructions: 'Be kind.' }, ''],
])('a %s has a name by its kind', (kind, definition, name) => {
  expect(told({ kind, definition, used: false })).toMatchObject([{ name }]);
});

test.each([
  ['without a name', { description: 'x' }],
  ['with a very long name', { name: 'x'.repeat(3000) }],
])('a tool %s is none', (_, definition) => {
  expect(told({ kind: 'tool', definition, used: false })).toEqual([]);
});

test.each([
  ['nothing', []],
  ['no object', [{ kind: 'tool', definition: 'x', used: false }]],
  ['a resource, which is data', [{ kind: 'resource', definition: {}, used: false }]],
  ['very many', Array.from({ length: 201 }, () => ({ kind: 'tool', definition: add, used: false }))],
])('%s is refused', (_, definitions) => {
  expect(tellingSchema.safeParse({ definitions }).success).toBe(false);
});

test('of a member that is called __proto__ nothing is lost', () => {
  const definition = JSON.parse('{"name":"a","__proto__":{"x":1}}') as object;
  expect(JSON.stringify(told({ kind: 'tool', definition, used: false })[0]?.definition)).toContain('__proto__');
});
