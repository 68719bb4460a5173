import { describe, expect, it } from 'vitest';
import { violationsOf } from './evaluate.ts';
import { prepareSchema } from './prepare.ts';

const look = (written: unknown, value: unknown, work = 100_000) => {
  let left = work;
  const { schema, problem } = prepareSchema(written);
  if (schema === undefined) return expect.fail(problem);
  return violationsOf(schema, value, (spent) => (left -= spent) >= 0);
};
/** Reason and place of each. */
const said = (written: unknown, value: unknown): string[] =>
  (look(written, value) ?? []).map(({ reason, pointer }) => `${reason} ${pointer}`.trim());

describe('a value', () => {
  it.each<[schema: unknown, fine: unknown[], wrong: [value: unknown, said: string][]]>([
    [false, [], [[1, 'unknown']]],
    [
      { type: 'integer' },
      [1, 1],
      [
        [1.5, 'type'],
        ['1', 'type'],
        [true, 'type'],
      ],
    ],
    [{ type: ['string', 'null'] }, ['', null], [[1, 'type']]],
    [
      { type: 'object' },
      [{}],
      [
        [[], 'type'],
        [null, 'type'],
      ],
    ],
    [
      { enum: ['a', 1, { b: [1] }] },
      ['a', 1, { b: [1] }],
      [
        ['b', 'value'],
        ['1', 'value'],
        [{ b: [2] }, 'value'],
      ],
    ],
    [
      { const: null },
      [null],
      [
        [0, 'value'],
        [{}, 'value'],
      ],
    ],
    [
      { minimum: 1, maximum: 2 },
      [1, 2, 'a'],
      [
        [0.9, 'range'],
        [2.1, 'range'],
      ],
    ],
    [
      { exclusiveMinimum: 1, exclusiveMaximum: 2 },
      [1.5],
      [
        [1, 'range'],
        [2, 'range'],
      ],
    ],
    [{ minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: false }, [2], [[1, 'range']]],
    [{ multipleOf: 0.1 }, [0.3, 1.1], [[0.35, 'range']]],
    [
      { minLength: 2, maxLength: 3 },
      ['ab', '😀😀😀', 1],
      [
        ['a', 'length'],
        ['abcd', 'length'],
      ],
    ],
    [{ pattern: 'b+' }, ['abc', 1], [['a', 'pattern']]],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1], [[3, 'range']]],
    [{ anyOf: [{ type: 'string' }, { minimum: 1 }] }, ['a', 1], [[0, 'combination']]],
    [
      { oneOf: [{ type: 'integer' }, { minimum: 1 }] },
      [0, 1.5],
      [
        [1, 'combination'],
        [0.5, 'combination'],
      ],
    ],
    [{ not: { type: 'string' } }, [1], [['a', 'combination']]],
    [
      JSON.parse('{"if": {"minimum": 1}, "then": {"maximum": 2}, "else": {"const": 0}}'),
      [1, 0, 'a'],
      [
        [3, 'range'],
        [-1, 'value'],
      ],
    ],
    [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, ['a'], [[1, 'type']]],
  ])('by %j', (schema, fine, wrong) => {
    for (const value of fine) expect(said(schema, value)).toEqual([]);
    for (const [value, what] of wrong) expect(said(schema, value)).toEqual([what]);
  });

  it('is told of everything that is wrong with it, and where, up to eight', () => {
    const schema = { properties: { a: { type: 'string' }, b: { items: { minimum: 1 } } }, required: ['c/d'] };
    expect(said(schema, { a: 1, b: [1, 0] })).toEqual(['missing /c~1d', 'type /a', 'range /b/1']);
    expect(
      said(
        { items: { type: 'string' } },
        Array.from({ length: 50 }, () => 1),
      ),
    ).toHaveLength(8);
  });

  it('may be as deep as the schema follows it', () => {
    const tree = { properties: { next: { $ref: '#' }, value: { type: 'integer' } } };
    expect(said(tree, { next: { next: { value: 1 } } })).toEqual([]);
    expect(said(tree, { next: { next: { value: 'a' } } })).toEqual(['type /next/next/value']);
    const deep = JSON.parse(`${'{"next":'.repeat(200)}1${'}'.repeat(200)}`) as unknown;
    expect(said(tree, deep)).toEqual(['too-deep']);
  });

  it('is not known to be wrong where the schema asks for more than there is time for', () => {
    const explosive = {
      anyOf: [{ $ref: '#/$defs/a' }],
      $defs: { a: { anyOf: [{ items: { $ref: '#/$defs/a' } }, { items: { $ref: '#/$defs/a' } }], not: {} } },
    };
    const nested = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) as unknown;
    const start = performance.now();
    expect(look(explosive, nested, 512 * 1024)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(look({ $ref: '#' }, 1)?.[0]?.reason).toBe('too-deep');
  });

  it('is charged for the patterns that it is held against', () => {
    expect(look({ pattern: '^[a-z]{1,50}$' }, 'a'.repeat(10_000), 50_000)).toBeUndefined();
  });
});
