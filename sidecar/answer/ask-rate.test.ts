import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { AskRate } from './ask-rate.ts';

it('a server may ask a hundred times a minute on a stream', () => {
  const clock = new FakeClock();
  const rate = new AskRate(clock);
  const taken = (): number => Array.from({ length: 1000 }, () => rate.take()).filter(Boolean).length;
  expect(taken()).toBe(100);
  clock.advance(59_999);
  expect(taken()).toBe(0);
  clock.advance(1);
  expect(taken()).toBe(100);
});
