import { describe, expect, it } from 'vitest';
import { type FieldSchema, fieldSchema, inputJsonSchema, kindSchemas, resourceSchemas } from './kinds.ts';

const schemas = Object.entries(kindSchemas).map(([kind, schema]) => [kind, inputJsonSchema(schema)] as const);

interface Visited {
  path: string;
  node: FieldSchema & Record<string, unknown>;
  isField: boolean;
}

function nodesOf(node: FieldSchema, path: string, isField: boolean): Visited[] {
  const below = Object.entries(node.properties ?? {}).flatMap(([key, field]) => nodesOf(field, `${path}.${key}`, true));
  if (node.items !== undefined) below.push(...nodesOf(node.items, `${path}[]`, false));
  if (typeof node.additionalProperties === 'object')
    below.push(...nodesOf(node.additionalProperties, `${path}.*`, false));
  return [{ path, node: { ...node }, isField }, ...below];
}

/** The one union that API servers know, by a name of its own. */
function withoutIntOrString(node: unknown): unknown {
  if (typeof node !== 'object' || node === null || !('x-kubernetes-int-or-string' in node)) return node;
  const { anyOf, ...rest } = node as { anyOf?: FieldSchema[] };
  expect(anyOf?.map(({ type }) => type)).toEqual(['integer', 'string']);
  return rest;
}

describe.each(schemas)('the schema of %s', (kind, schema) => {
  const nodes = nodesOf(schema, kind, true);

  it('describes every field', () => {
    expect(nodes.filter(({ isField, node }) => isField && !node.description).map(({ path }) => path)).toEqual([]);
  });

  it('bounds every string, list and mapping', () => {
    const unbounded = nodes.filter(({ node }) => {
      if (node.type === 'string') return node.enum === undefined && node['maxLength'] === undefined;
      if (node.type === 'array') return node['maxItems'] === undefined;
      return typeof node.additionalProperties === 'object' && node['maxProperties'] === undefined;
    });
    expect(unbounded.map(({ path }) => path)).toEqual([]);
  });

  it('has no unions but of integer and string, and no lookaround, which an API server refuses or prices high', () => {
    const text = JSON.stringify(schema, (_, node: unknown) => withoutIntOrString(node));
    for (const bad of ['anyOf', 'oneOf', 'allOf', 'prefixItems', '(?=', '(?!', '(?<']) expect(text).not.toContain(bad);
  });

  it('closes every mapping to fields it does not know', () => {
    const open = nodes.filter(({ node }) => node.type === 'object' && node.additionalProperties === undefined);
    expect(open.map(({ path }) => path)).toEqual([]);
  });
});

it('every custom resource turns into JSON Schema for OpenAPI 3.0', () => {
  expect(Object.values(resourceSchemas).map((schema) => inputJsonSchema(schema).type)).toEqual([
    'object',
    'object',
    'object',
    'object',
  ]);
});

it.each([
  ['a field', ['spec', 'mode'], 'string'],
  ['a field of an entry of a list', ['spec', 'tools', 3, 'names'], 'array'],
  ['a field below any name', ['spec', 'tools', 0, 'arguments', 'path', 'roots'], 'array'],
  ['nothing', ['spec', 'tols', 0], undefined],
  ['nothing for names of the prototype', ['constructor'], undefined],
] as const)('finds %s by its path', (_, path, type) => {
  expect(fieldSchema('PolicyPack', path)?.type).toBe(type);
});
