import { describe, expect, it } from 'vitest';
import { type SchemaNode, structural } from './structural.ts';

describe('structural', () => {
  it.each<[what: string, from: SchemaNode, to: SchemaNode]>([
    [
      'a closed mapping is open, since unknown fields are pruned and not refused',
      { type: 'object', properties: { a: { type: 'boolean' } }, additionalProperties: false },
      { type: 'object', properties: { a: { type: 'boolean' } } },
    ],
    ['anything keeps its fields', {}, { 'x-kubernetes-preserve-unknown-fields': true }],
    [
      'a mapping of anything does, too',
      { type: 'object', additionalProperties: {}, maxProperties: 3 },
      { type: 'object', maxProperties: 3, 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'a mapping of strings stays one',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'an integer or string has the bounds of both',
      {
        'x-kubernetes-int-or-string': true,
        anyOf: [
          { type: 'integer', minimum: 1 },
          { type: 'string', pattern: '^a$' },
        ],
      },
      {
        'x-kubernetes-int-or-string': true,
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        minimum: 1,
        pattern: '^a$',
      },
    ],
    [
      'a small integer says so',
      { type: 'integer', minimum: 0, maximum: 9 },
      { type: 'integer', minimum: 0, maximum: 9, format: 'int32' },
    ],
    [
      'a large integer does, too',
      { type: 'integer', minimum: 0, maximum: 2 ** 53 - 1 },
      { type: 'integer', minimum: 0, maximum: 2 ** 53 - 1, format: 'int64' },
    ],
    [
      'a time has no pattern',
      { type: 'string', format: 'date-time', pattern: 'x' },
      { type: 'string', format: 'date-time' },
    ],
    [
      'a list is replaced as a whole',
      { type: 'array', items: {} },
      {
        type: 'array',
        items: { 'x-kubernetes-preserve-unknown-fields': true },
        'x-kubernetes-list-type': 'atomic',
      },
    ],
    [
      'a list that says otherwise is not',
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ],
  ])('%s', (_, from, to) => {
    expect(structural(from)).toEqual(to);
  });

  it.each<[what: string, from: SchemaNode, message: string]>([
    ['a union', { anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'spec.a is a union'],
    ['two patterns at once', { type: 'string', allOf: [] }, 'spec.a has allOf'],
    ['a tuple', { type: 'array', prefixItems: [] }, 'spec.a has prefixItems'],
    ['null', { type: 'string', nullable: true }, 'spec.a has nullable'],
    ['a list of nobody knows what', { type: 'array' }, 'spec.a does not say what its entries are'],
    ['a mapping of nobody knows what', { type: 'object' }, 'spec.a does not say what its fields are'],
  ])('does not know what to make of %s', (_, node, message) => {
    expect(() => structural({ type: 'object', properties: { a: node } }, 'spec')).toThrow(message);
  });
});
