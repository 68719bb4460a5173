import { describe, expect, test } from 'vitest';
import { nearest } from './nearest.ts';

describe('the word that was meant', () => {
  const words = ['Allow', 'Deny', 'RequireApproval', 'tools'];
  const cases: Record<string, [word: string, meant: string | undefined]> = {
    'is the one with a letter too many': ['Denny', 'Deny'],
    'is the one with two letters changed round': ['toosl', 'tools'],
    'is the one in another case': ['ALLOW', 'Allow'],
    'is a long one with several letters wrong': ['RequiresAprovel', 'RequireApproval'],
    'is none of them when too much is wrong': ['Block', undefined],
    'is none of them for nothing at all': ['', undefined],
  };
  for (const [name, [word, meant]] of Object.entries(cases)) {
    test(name, () => expect(nearest(word, words)).toBe(meant));
  }
  test('is the nearest of several', () => expect(nearest('names', ['game', 'name'])).toBe('name'));
  test('is looked for without measuring a book', () => {
    const start = performance.now();
    nearest('x'.repeat(10_000_000), words);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
