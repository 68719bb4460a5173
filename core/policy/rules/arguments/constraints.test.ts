import { describe, expect, it } from 'vitest';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import { Inspection } from '../../inspection.ts';
import { compileConstraints } from './constraints.ts';
import { argumentSchema, compileArgument, prepareArgument } from './types.ts';

const look = (said: SaidArgument, value: unknown, inspection = new Inspection({ monotonic: () => 0 })) =>
  prepareArgument(compileArgument(said)).inspect(value, inspection, inspection.enforced);
const reasonOf = (said: SaidArgument, value: unknown): string | undefined => look(said, value)?.finding.reason;

describe('a constraint', () => {
  it.each<[said: SaidArgument, value: unknown, reason: string | undefined]>([
    [{ type: 'string', enum: ['EUR', 'USD'] }, 'EUR', undefined],
    [{ type: 'string', enum: ['EUR', 'USD'] }, 'eur', 'enum'],
    [{ type: 'any', enum: [1, '2'] }, 1, undefined],
    [{ type: 'any', enum: [1, '2'] }, 2, 'enum'],
    [{ type: 'any', enum: [1, '2'] }, true, 'enum'],
    [{ type: 'string', pattern: '[A-Z]+' }, 'ABC', undefined],
    [{ type: 'string', pattern: '[A-Z]+' }, 'ABC1', 'pattern'],
    [{ type: 'any', pattern: '[A-Z]+' }, 1, 'type'],
    [{ type: 'any', pattern: '[A-Z]+' }, {}, 'type'],
    [{ type: 'string', maxLength: 3 }, 'abc', undefined],
    [{ type: 'string', maxLength: 3 }, '😀😀😀', undefined],
    [{ type: 'string', maxLength: 3 }, '😀😀😀😀', 'max-length'],
    [{ type: 'string', maxLength: 3 }, 'a'.repeat(100), 'max-length'],
    [{ type: 'number', min: 1, max: 2 }, 1, undefined],
    [{ type: 'number', min: 1, max: 2 }, 0.9, 'min'],
    [{ type: 'number', min: 1, max: 2 }, 2.1, 'max'],
    [{ type: 'any', max: 2 }, '1', 'type'],
    [{ type: 'string', required: true }, '', undefined],
    [{ type: 'string', required: true }, undefined, 'required'],
    [{ type: 'string', required: true }, null, 'required'],
    [{ type: 'string', required: true }, 1, 'type'],
    [{ type: 'any', forbidden: true }, undefined, undefined],
    [{ type: 'any', forbidden: true }, null, undefined],
    [{ type: 'any', forbidden: true }, false, 'forbidden'],
    [{ type: 'path', roots: ['/data'], pattern: '.*[.]txt' }, '/data/a.txt', undefined],
    [{ type: 'path', roots: ['/data'], pattern: '.*[.]txt' }, '/data/a.key', 'pattern'],
    [{ type: 'path', roots: ['/data'], pattern: '.*[.]txt' }, '/etc/a.txt', 'outside-roots'],
  ])('%j of %j: %s', (said, value, reason) => {
    expect(reasonOf(said, value)).toBe(reason);
  });

  it('holds for each entry of a list', () => {
    expect(look({ type: 'path', roots: ['/data'], pattern: '.*[.]txt' }, ['a.txt', 'b.key'])).toMatchObject({
      at: '/1',
      finding: { reason: 'pattern' },
    });
  });

  it('is said to whoever breaks it, and shows nothing of the value', () => {
    const said = [
      look({ type: 'string', enum: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'secret'),
      look({ type: 'string', enum: ['x'.repeat(300)] }, 'secret'),
      look({ type: 'string', pattern: '[A-Z]+' }, 'secret'),
    ].map((found) => found?.finding.message);
    expect(said).toEqual([
      'It must be one of "a", "b", "c", "d", "e" and 1 more.',
      `It must be "${'x'.repeat(98)}….`,
      'All of it must match the pattern [A-Z]+.',
    ]);
  });

  it('is not known to be broken once the budget is used up', () => {
    const inspection = new Inspection({ monotonic: () => 0 }, 100);
    expect(look({ type: 'string', pattern: '[a-z]{1,100}' }, 'A'.repeat(100), inspection)).toBeUndefined();
    expect(inspection.enforced.exhausted).toBe(true);
  });

  it('is not read from a bundle with a pattern that cannot be run', () => {
    expect(argumentSchema.safeParse({ type: 'string', constraints: { pattern: '(?=a)' } }).success).toBe(false);
  });

  it('that asks for nothing is none', () => {
    expect(compileConstraints({ type: 'string', required: false, forbidden: false })).toBeUndefined();
    expect(compileArgument({ type: 'string' })).toEqual({ type: 'string' });
  });
});
