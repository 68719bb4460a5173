import { describe, expect, it } from 'vitest';
import { argumentSchema } from '../../api/rules/arguments/of-type.ts';
import type { Shape } from '../shape.ts';
import { checkFor } from './argument-check.ts';
import { ObservedValue } from './observed-value.ts';

function seen(...shapes: Shape[]): ObservedValue {
  const value = new ObservedValue();
  for (const shape of shapes) value.add(shape);
  return value;
}

describe('what was seen becomes a check', () => {
  it.each<[Shape[], object | undefined]>([
    [
      [
        { is: 'value', value: 'a' },
        { is: 'value', value: 'b' },
      ],
      { type: 'string', enum: ['a', 'b'] },
    ],
    [
      [
        { is: 'value', value: 3 },
        { is: 'value', value: 5 },
      ],
      { type: 'integer', min: 3, max: 5 },
    ],
    [[{ is: 'number', above: 0.1, upTo: 0.2, whole: false }], { type: 'number', min: 0.1, max: 0.2 }],
    [[{ is: 'value', value: true }], { type: 'boolean' }],
    [
      [
        { is: 'path', under: '/data/a', parts: 1 },
        { is: 'path', under: '/data', parts: 1 },
      ],
      { type: 'path', roots: ['/data'] },
    ],
    [[{ is: 'path', under: 'src', parts: 1 }], { type: 'path', roots: ['/only-relative-paths'] }],
    [[{ is: 'url', scheme: 'https', host: 'a.example' }], { type: 'url', hosts: ['a.example'], schemes: ['https'] }],
    [[{ is: 'host', host: 'a.example', port: 5432 }], { type: 'host', hosts: ['a.example'], ports: [5432] }],
    [[{ is: 'shell', programs: ['git'], chars: 16 }], { type: 'shell', programs: ['git'] }],
    [
      [{ is: 'sql', kinds: ['select'], tables: ['a'], chars: 16 }],
      { type: 'sql', statements: ['select'], tables: ['a'] },
    ],
    [[{ is: 'text', chars: 16, type: 'identifier' }], { type: 'identifier', maxLength: 16 }],
    [[{ is: 'text', chars: 16, type: 'identifier', found: ['email'] }], { type: 'string', maxLength: 16 }],
    [
      [
        { is: 'text', chars: 16 },
        { is: 'value', value: 'word' },
      ],
      { type: 'string', maxLength: 16 },
    ],
    [
      [
        { is: 'text', chars: 16 },
        { is: 'path', under: '/data', parts: 1 },
      ],
      { type: 'string' },
    ],
    [[{ is: 'array', items: [], count: 0 }], { type: 'array' }],
    [
      [
        { is: 'value', value: 3 },
        { is: 'value', value: 'a' },
      ],
      undefined,
    ],
    [[{ is: 'value', value: null }], undefined],
  ])('%j', (shapes, check) => {
    expect(checkFor(seen(...shapes), false)).toEqual(check);
    // What every call had has to be there.
    const required = checkFor(seen(...shapes), true);
    expect(required).toEqual(check === undefined ? { type: 'any', required: true } : { ...check, required: true });
    expect(argumentSchema.safeParse(required).error).toBeUndefined();
  });
});

it('of more than a rule can name nothing is said', () => {
  const many = seen(...Array.from({ length: 65 }, (_, i): Shape => ({ is: 'value', value: `word${i}` })));
  expect(checkFor(many, false)).toEqual({ type: 'string', maxLength: 6 });
  const folders = seen(...Array.from({ length: 65 }, (_, i): Shape => ({ is: 'path', under: `/d${i}`, parts: 1 })));
  expect(checkFor(folders, false)).toEqual({ type: 'string' });
});
