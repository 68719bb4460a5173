import { expect, it } from 'vitest';
import { progressTokenOf } from './progress-token.ts';

it.each([
  [{ _meta: { progressToken: 0 } }, 0],
  [{ _meta: { progressToken: 'p' } }, 'p'],
  [{ _meta: { progressToken: null } }, undefined],
  [{ _meta: [] }, undefined],
  [{}, undefined],
])('the progress token of %j is %j', (params, token) => {
  expect(progressTokenOf(params)).toBe(token);
});
