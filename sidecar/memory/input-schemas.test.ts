import { expect, it } from 'vitest';
import { InputSchemas } from './input-schemas.ts';

const tool = (inputSchema: unknown, more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ name: 'a', inputSchema, ...more }));

it('a tool has the schema that was listed last', () => {
  const schemas = new InputSchemas();
  expect(schemas.of('a')).toBeUndefined();
  schemas.listed('a', tool({ type: 'object' }));
  const first = schemas.of('a');
  expect(first?.schema?.types).toEqual(new Set(['object']));
  schemas.listed('a', tool({ type: 'object' }));
  expect(schemas.of('a')).toBe(first);
  schemas.listed('a', tool({ type: 'string' }));
  expect(schemas.of('a')?.schema?.types).toEqual(new Set(['string']));
  schemas.listed('a', tool(undefined));
  expect(schemas.of('a')).toBeUndefined();
});

it.each([
  ['larger than 256 KiB', tool({}, { description: 'x'.repeat(300_000) })],
  ['in one way only', Buffer.from('{"name":"a","inputSchema":{},"inputSchema":{"type":"object"}}')],
  ['refers to something outside', tool({ $ref: 'https://example.com' })],
])('a schema is unusable where its definition %s', (problem, definition) => {
  const schemas = new InputSchemas();
  schemas.listed('a', definition);
  expect(schemas.of('a')?.problem).toContain(problem);
});

it('keeps so many bytes, and lets go of what was listed first', () => {
  const schemas = new InputSchemas();
  for (let i = 0; i < 100; i++)
    schemas.listed(`tool-${i}`, tool({}, { title: `${i}`, description: 'x'.repeat(200_000) }));
  expect(schemas.of('tool-0')).toBeUndefined();
  expect(schemas.of('tool-99')?.schema).toEqual({});
});

it('knows the schema of results as well, and of which tool nobody knows it', () => {
  const schemas = new InputSchemas();
  expect(schemas.outputOf('a')).toBe('unlisted');
  schemas.listed('a', tool({ type: 'object' }));
  expect(schemas.outputOf('a')).toBeUndefined();
  schemas.listed('a', tool({ type: 'object' }, { outputSchema: { type: 'object' } }));
  expect(schemas.outputOf('a')).toMatchObject({ schema: { types: new Set(['object']) } });
});
