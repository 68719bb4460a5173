import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answerParts, callOf } from '../testing/answering.ts';
import { Leaving } from './leaving.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function leaving() {
  const parts = answerParts();
  let givenUp = 0;
  const of = (): Leaving => new Leaving(callOf(parts), parts, () => givenUp++);
  return { of, givenUp: () => givenUp };
}

it('the server goes on for a client that left, and no longer than five minutes', () => {
  const { of, givenUp } = leaving();
  const one = of();
  expect(one.begun).toBe(false);
  one.begin();
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect([one.begun, givenUp()]).toEqual([true, 0]);
  vi.advanceTimersByTime(1);
  expect(givenUp()).toBe(1);
});

it('what came to its end before is not given up', () => {
  const { of, givenUp } = leaving();
  const one = of();
  one.begin();
  one.end();
  vi.advanceTimersByTime(10 * 60_000);
  expect([one.begun, givenUp()]).toEqual([true, 0]);
});

it('a principal that leaves very many gives up its oldest at once', () => {
  const { of, givenUp } = leaving();
  for (let i = 0; i <= 1_000; i++) of().begin();
  expect(givenUp()).toBe(1);
});
