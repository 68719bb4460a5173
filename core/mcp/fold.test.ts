import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';

describe('fold', () => {
  it.each([
    ['PATH', 'path'],
    ['pa\u017fs', 'pass'],
    ['\u212aey', 'key'],
    ['stra\u1e9ee', 'stra\u00dfe'],
    ['\u03a3', '\u03c2'],
  ])('makes %s and %s one key', (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });
});
