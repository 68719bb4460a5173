import { describe, expect, it } from 'vitest';
import { argumentSchema } from './of-type.ts';

const complaints = (argument: object): string[] =>
  (argumentSchema.safeParse(argument).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('constraints', () => {
  it.each([
    { type: 'string', enum: ['a'], pattern: 'a+', maxLength: 1, required: true },
    { type: 'path', roots: ['/data'], pattern: '.*[.]txt', required: false, forbidden: false },
    { type: 'integer', enum: [1, 2], min: 1, max: 1 },
    { type: 'any', enum: [1, 'a'], forbidden: true },
    { type: 'object', required: true },
  ])('may be %j', (argument) => {
    expect(complaints(argument)).toEqual([]);
  });

  it.each([
    ['what is no pattern of RE2', { type: 'string', pattern: '(?=a)' }, 'pattern: is not a pattern of RE2'],
    ['a pattern of numbers', { type: 'number', pattern: '1' }, 'pattern: goes with the type path, '],
    ['a smallest text', { type: 'string', min: 1 }, 'min: goes with the type number, integer, any'],
    ['a length of a list', { type: 'array', maxLength: 1 }, 'maxLength: goes with the type'],
    [
      'a list among the values',
      { type: 'any', enum: [[1]] },
      'enum.0: is not a text of at most 1024 characters or a whole number',
    ],
    ['no value', { type: 'any', enum: [] }, 'enum: '],
    ['an empty range', { type: 'number', min: 2, max: 1 }, 'max: is smaller than min; write a number from 2 on'],
    ['a length below zero', { type: 'string', maxLength: -1 }, 'maxLength: is not a whole number from 0'],
    ['what is needed and forbidden', { type: 'any', required: true, forbidden: true }, 'forbidden: contradicts'],
  ])('cannot be %s', (_what, argument, complaint) => {
    expect(complaints(argument)).toEqual([expect.stringContaining(complaint)]);
  });
});
