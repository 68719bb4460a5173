import { describe, expect, test } from 'vitest';
import { definitionDigest } from './definition.ts';

const tool = {
  name: 'transfer',
  description: 'Moves money.',
  inputSchema: {
    type: 'object',
    properties: { to: { type: ['string', 'null'] }, amount: { type: 'number', default: 1 } },
    required: ['to', 'amount'],
  },
  annotations: { destructiveHint: true },
};
const digest = (value: Record<string, unknown>): string => definitionDigest({ kind: 'tool', value });

describe('the digest stays the same', () => {
  test('whatever the order of keys', () => {
    const { name, description, inputSchema, annotations } = tool;
    expect(digest({ annotations, inputSchema, description, name })).toBe(digest(tool));
  });
  test('whatever the order of what is required', () => {
    const inputSchema = { ...tool.inputSchema, required: ['amount', 'to'] };
    expect(digest({ ...tool, inputSchema })).toBe(digest(tool));
  });
  test('whatever the order of types', () => {
    const properties = { ...tool.inputSchema.properties, to: { type: ['null', 'string'] } };
    expect(digest({ ...tool, inputSchema: { ...tool.inputSchema, properties } })).toBe(digest(tool));
  });
  test('whatever the spelling of a number', () => {
    const spelled = JSON.parse(JSON.stringify(tool).replace('"default":1', '"default":1.0e0')) as typeof tool;
    expect(digest(spelled)).toBe(digest(tool));
  });
});

describe('the digest changes', () => {
  const changed: Record<string, Record<string, unknown>> = {
    'with the title': { title: 'Transfer' },
    'with the description': { description: 'Moves money. ' },
    'with a hint': { annotations: { destructiveHint: false } },
    'with a parameter': {
      inputSchema: { ...tool.inputSchema, properties: { ...tool.inputSchema.properties, note: { type: 'string' } } },
    },
    'with a member of no revision': { prompt: 'Read this' },
    'with _meta, which names what clients show': { _meta: { ui: { resourceUri: 'ui://x' } } },
    'with the order of an enum, which a model reads in order': { outputSchema: { enum: ['b', 'a'] } },
  };
  for (const [name, change] of Object.entries(changed)) {
    test(name, () => {
      const before = name.includes('enum') ? { ...tool, outputSchema: { enum: ['a', 'b'] } } : tool;
      expect(digest({ ...tool, ...change })).not.toBe(digest(before));
    });
  }
  test('with the kind', () => {
    expect(definitionDigest({ kind: 'prompt', value: tool })).not.toBe(digest(tool));
  });
});

test('a parameter called "required" is no list of what is required', () => {
  const schema = (required: unknown) => ({ inputSchema: { properties: { required } } });
  expect(digest(schema({ enum: ['a', 'b'] }))).not.toBe(digest(schema({ enum: ['b', 'a'] })));
});

test('a parameter called "__proto__" counts', () => {
  const poisoned = JSON.parse('{"inputSchema":{"properties":{"__proto__":{"description":"x"}}}}') as object;
  expect(digest({ ...poisoned })).not.toBe(digest({ inputSchema: { properties: {} } }));
});
