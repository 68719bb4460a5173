import { expect, it } from 'vitest';
import { violationsOf } from './evaluate.ts';
import { prepareSchema } from './prepare.ts';

const said = (written: unknown, value: unknown): string[] => {
  const { schema, problem } = prepareSchema(written);
  if (schema === undefined) return expect.fail(problem);
  return (violationsOf(schema, value, () => true) ?? []).map(({ reason, pointer }) => `${reason} ${pointer}`.trim());
};
const a = { type: 'string' };

it.each<[schema: unknown, fine: unknown[], wrong: [value: unknown, said: string][]]>([
  [{ properties: { a } }, [{}, { a: 'x', b: 1 }, [1]], [[{ a: 1 }, 'type /a']]],
  [{ required: ['a', 'toString'] }, [{ a: 1, toString: 1 }], [[{ a: 1 }, 'missing /toString']]],
  [{ properties: { a }, additionalProperties: false }, [{ a: 'x' }], [[{ 'b/c': 1 }, 'unknown /b~1c']]],
  [{ additionalProperties: a }, [{ b: 'x' }], [[{ b: 1 }, 'type /b']]],
  [
    { patternProperties: { '^x-': a }, additionalProperties: false },
    [{ 'x-a': '' }],
    [
      [{ 'x-a': 1 }, 'type /x-a'],
      [{ y: 1 }, 'unknown /y'],
    ],
  ],
  [{ propertyNames: { maxLength: 1 } }, [{ a: 1 }], [[{ ab: 1 }, 'unknown /ab']]],
  [
    { minProperties: 1, maxProperties: 2 },
    [{ a: 1 }],
    [
      [{}, 'properties'],
      [{ a: 1, b: 1, c: 1 }, 'properties'],
    ],
  ],
  [{ dependentRequired: { a: ['b'] } }, [{ b: 1 }, { a: 1, b: 1 }], [[{ a: 1 }, 'missing /b']]],
  [
    { dependencies: { a: ['b'], c: { required: ['d'] } } },
    [{}],
    [
      [{ a: 1 }, 'missing /b'],
      [{ c: 1 }, 'missing /d'],
    ],
  ],
  [{ dependentSchemas: { a: { properties: { b: a } } } }, [{ b: 1 }], [[{ a: 1, b: 1 }, 'type /b']]],
  [
    {
      allOf: [{ properties: { a } }],
      anyOf: [{ properties: { b: a }, required: ['b'] }, true],
      unevaluatedProperties: false,
    },
    [{ a: '' }, { a: '', b: '' }],
    [
      [{ c: 1 }, 'unknown /c'],
      [{ b: 1 }, 'unknown /b'],
    ],
  ],
])('by %j', (schema, fine, wrong) => {
  for (const value of fine) expect(said(schema, value)).toEqual([]);
  for (const [value, what] of wrong) expect(said(schema, value)).toEqual([what]);
});

it('a member called __proto__ is one like any other', () => {
  const value = JSON.parse('{"__proto__": 1}') as unknown;
  expect(said({ additionalProperties: false }, value)).toEqual(['unknown /__proto__']);
});
