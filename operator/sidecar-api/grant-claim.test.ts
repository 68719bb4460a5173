import { expect, test } from 'vitest';
import { readClaim } from './grant-claim.ts';

const id = '0b0e7a0e-4f6f-4a0a-9a53-0f3f3a3c1d2e';

test('gates of before say nothing of grants', () => {
  expect(readClaim({ digest: 'x' })).toBeUndefined();
});

test('a gate says which call it is, and what of it is not shown', () => {
  expect(readClaim({ grant: { id, hidden: ['/a'], later: true } })).toEqual({ id, hidden: ['/a'], without: [] });
});

test.each([
  { id: 'x', hidden: [] },
  { id },
  { id, hidden: Array.from({ length: 65 }, () => '/a') },
  { id, hidden: [], without: Array.from({ length: 17 }, () => 'a') },
])('what is no such thing is refused: %j', (grant) => {
  expect(() => readClaim({ grant })).toThrow();
});
