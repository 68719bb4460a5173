import { expect, it } from 'vitest';
import { Allowance } from './work.ts';

it('an allowance is exhausted once more was spent than there is', () => {
  const work = new Allowance(10);
  expect([work.spend(10), work.exhausted]).toEqual([true, false]);
  expect([work.spend(1), work.exhausted]).toEqual([false, true]);
});
