import { expect, test } from 'vitest';
import { together } from './told.ts';

test('of two records nothing is forgotten', () => {
  expect(together()).toEqual({});
  expect(together({ requested: 'a', votes: 2 }, { requested: 'b', votes: 1, ref: 'C1/1' })).toEqual({
    requested: 'b',
    votes: 2,
    ref: 'C1/1',
  });
  expect(together({ settled: 'Approved' }, undefined)).toEqual({ settled: 'Approved' });
});
