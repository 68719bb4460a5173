import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allowance, NO_BOUND } from '../inspect/content/work.ts';
import { parseJson } from '../mcp/parse-json.ts';
import { shapeOf } from './shape-of.ts';
import { isShapeText } from './testing/is-shape.ts';

const shape = (value: unknown, more: { schema?: unknown; full?: string[] } = {}) =>
  shapeOf(value, { tool: 'tool', schema: more.schema, full: new Set(more.full), work: NO_BOUND });

describe('a number', () => {
  it.each([
    [5, { is: 'value', value: 5 }],
    [0, { is: 'value', value: 0 }],
    [-1000, { is: 'value', value: -1000 }],
    [1500, { is: 'number', above: 1000, upTo: 2000, whole: true }],
    [12.5, { is: 'number', above: 10, upTo: 20, whole: false }],
  ])('%d', (value, expected) =>
    expect(shape({ amount: value })).toEqual({ is: 'object', members: { amount: expected } }),
  );

  it('that is called like a secret is not told at all', () => {
    expect(shape({ pin: 4711, cvv: 123 }, { full: ['pin'] })).toEqual({
      is: 'object',
      members: {
        pin: { is: 'number', above: 0, upTo: 1e15, whole: true },
        cvv: { is: 'number', above: 0, upTo: 1e15, whole: true },
      },
    });
  });

  it('is kept where the recording names it, unless it is a card', () => {
    expect(shape({ id: 47_110_815 }, { full: ['id'] })).toMatchObject({ members: { id: { value: 47_110_815 } } });
    expect(shape({ id: 4_111_111_111_111_111 }, { full: ['id'] })).toMatchObject({ members: { id: { is: 'number' } } });
  });
});

it('members are kept by names that are names, or that the schema has', () => {
  expect(shape({ 'ada@sallyport.dev': 1, a2024123456: 2, plain: true })).toEqual({
    is: 'object',
    members: { plain: { is: 'value', value: true } },
    left: 2,
  });
  const schema = { properties: { 'odd name': {} } };
  expect(shape({ 'odd name': null }, { schema })).toEqual({
    is: 'object',
    members: { 'odd name': { is: 'value', value: null } },
  });
});

it('`__proto__` is a name like any other', () => {
  expect(JSON.stringify(shape(parseJson('{"__proto__": {"is": "value"}}')))).toContain('"__proto__":{"is":"object"');
});

it('of a list each shape is kept once', () => {
  expect(shape(['a', 'b', 1, 1])).toEqual({
    is: 'array',
    items: [
      { is: 'text', chars: 8 },
      { is: 'value', value: 1 },
    ],
    count: 4,
  });
});

it('has a bound, however much there is', () => {
  const wide = (depth: number): unknown =>
    depth === 0
      ? 'x'
      : Object.fromEntries(
          Array.from({ length: 30 }, (_, i) => [
            `k${'abcdefghij'[i % 10]}${'klm'[Math.floor(i / 10)]}`,
            wide(depth - 1),
          ]),
        );
  expect(JSON.stringify(shape(wide(3))).length).toBeLessThan(128 * 1024);
  expect(JSON.stringify(shape(Array.from({ length: 10_000 }, (_, i) => i))).length).toBeLessThan(2_000);
  let deep: unknown = 'x';
  for (let i = 0; i < 50; i++) deep = [deep];
  expect(JSON.stringify(shape(deep)).length).toBeLessThan(1_000);
});

it('says nothing that was sent, whatever that is', () => {
  const secret = 'Zq7XbW2pLm9RtY4v';
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom('text', 'query', 'to', 'path', 'url', 'mode', 'id'),
      (value, name) => {
        const args = { [name]: [value, `${secret} and more`, { inner: `x/${secret}` }] };
        const written = JSON.stringify(
          shapeOf(args, { tool: 't', schema: undefined, full: new Set(), work: new Allowance(1e6) }),
        );
        expect(written).not.toContain(secret);
        expect(isShapeText(written)).toBe(true);
      },
    ),
  );
});
