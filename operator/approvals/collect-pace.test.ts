import { expect, test } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { CollectPace } from './collect-pace.ts';

test('each has a turn of its own, in the order in which they ask', async () => {
  const clock = new FakeClock();
  const pace = new CollectPace(clock, 10);
  expect(['a', 'b', 'c'].map((key) => pace.waitFor(key))).toEqual([0, 100, 200]);
  // Whoever asks again does not move behind.
  expect(['b', 'c'].map((key) => pace.waitFor(key))).toEqual([100, 200]);
  await clock.advance(100);
  expect(['b', 'c', 'd'].map((key) => pace.waitFor(key))).toEqual([0, 100, 200]);
});

test('a turn that is not taken is forgotten', async () => {
  const clock = new FakeClock();
  const pace = new CollectPace(clock, 10);
  pace.waitFor('a');
  expect(pace.waitFor('gone')).toBe(100);
  await clock.advance(61_000);
  expect(pace.waitFor('a')).toBe(0);
  expect(pace.waitFor('gone')).toBe(100);
});

test('ten thousand that are due at once are gone in eleven minutes, and no faster', () => {
  const clock = new FakeClock();
  const pace = new CollectPace(clock);
  const waits = Array.from({ length: 10_000 }, (_, at) => pace.waitFor(`request ${at}`));
  expect(Math.max(...waits) / 60_000).toBeCloseTo(11.1, 1);
  for (const from of [0, 5000, 9000]) {
    const within = waits.filter((ms) => ms >= from * 66 && ms < from * 66 + 1000);
    expect(within.length).toBeLessThanOrEqual(16);
  }
});
