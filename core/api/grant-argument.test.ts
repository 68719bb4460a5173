import { describe, expect, it } from 'vitest';
import { grantArgumentSchema } from './grant-argument.ts';

const complaints = (said: unknown): string[] =>
  (grantArgumentSchema.safeParse(said).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('what a grant says of an argument', () => {
  it.each([
    [{ at: '/currency', enum: ['EUR', 7] }],
    [{ at: '/to/iban', pattern: 'DE[0-9]{20}' }],
    [{ at: '/amount', min: 1 }],
    [{ at: '/amount', min: 1, max: 1 }],
    [{ at: '/a~1b/0', json: '{"currency":"EUR"}' }],
    [{ at: '/memo', any: true }],
  ])('may be %j', (said) => expect(complaints(said)).toEqual([]));

  it.each([
    ['at', { at: '', any: true }, /is not a JSON Pointer/],
    ['at', { at: 'amount', any: true }, /is not a JSON Pointer/],
    ['at', { at: '/a~2', any: true }, /is not a JSON Pointer/],
    ['at', { at: '/a\nb', any: true }, /is not a JSON Pointer/],
    ['', { at: '/amount' }, /does not say what the value may be/],
    ['', { at: '/amount', min: 1, json: '1' }, /says it twice/],
    ['', { at: '/amount', any: true, enum: ['a'] }, /says it twice/],
    ['max', { at: '/amount', min: 2, max: 1 }, /max is smaller than min/],
    ['json', { at: '/amount', json: '{' }, /is not JSON/],
    ['enum', { at: '/amount', enum: [1.5] }, /whole number/],
    ['any', { at: '/amount', any: false }, /./],
    ['pattern', { at: '/amount', pattern: '(?=a)' }, /./],
  ])('%s is refused in %j', (field, said, words) => {
    expect(
      complaints(said)
        .filter((one) => one.startsWith(field))
        .join(),
    ).toMatch(words);
  });
});
