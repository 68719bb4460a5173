import { expect, it } from 'vitest';
import { violationsOf } from './evaluate.ts';
import { prepareSchema } from './prepare.ts';

const said = (written: unknown, value: unknown): string[] => {
  const { schema, problem } = prepareSchema(written);
  if (schema === undefined) return expect.fail(problem);
  return (violationsOf(schema, value, () => true) ?? []).map(({ reason, pointer }) => `${reason} ${pointer}`.trim());
};

it.each<[schema: unknown, fine: unknown[], wrong: [value: unknown, said: string][]]>([
  [
    { minItems: 1, maxItems: 2 },
    [[1], [1, 2], 'a'],
    [
      [[], 'items'],
      [[1, 2, 3], 'items'],
    ],
  ],
  [
    { uniqueItems: true },
    [[1, '1', { a: 1, b: 2 }]],
    [
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        'items',
      ],
    ],
  ],
  [{ items: { type: 'string' } }, [[], ['a']], [[['a', 1], 'type /1']]],
  [
    { prefixItems: [{ type: 'string' }], items: false },
    [['a'], []],
    [
      [[1], 'type /0'],
      [['a', 1], 'unknown /1'],
    ],
  ],
  [{ items: [{ type: 'string' }], additionalItems: { type: 'number' } }, [['a', 1]], [[['a', 'b'], 'type /1']]],
  [
    { contains: { type: 'string' } },
    [['a', 1]],
    [
      [[1], 'items'],
      [[], 'items'],
    ],
  ],
  [{ contains: { type: 'string' }, minContains: 0, maxContains: 1 }, [[], ['a']], [[['a', 'b'], 'items']]],
  [{ prefixItems: [true], unevaluatedItems: false }, [[1]], [[[1, 2], 'unknown /1']]],
  [
    { anyOf: [{ prefixItems: [true, true] }], unevaluatedItems: { type: 'string' } },
    [[1, 2, 'a']],
    [[[1, 2, 3], 'type /2']],
  ],
])('by %j', (schema, fine, wrong) => {
  for (const value of fine) expect(said(schema, value)).toEqual([]);
  for (const [value, what] of wrong) expect(said(schema, value)).toEqual([what]);
});
