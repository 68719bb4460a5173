import { expect, test } from 'vitest';
import { Pause } from './pause.ts';

function pauseAt(random: number) {
  const clock = { at: 0, now: () => 0, monotonic: () => clock.at };
  return { clock, pause: new Pause(clock, () => random) };
}

test('grows with each failure, up to a minute, and ends with a success', () => {
  const { pause } = pauseAt(1);
  expect([pause.leftMs, pause.isFailing]).toEqual([0, false]);
  const rests = Array.from({ length: 9 }, () => {
    pause.failed();
    return pause.leftMs;
  });
  expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(pause.succeeded()).toBe(true);
  expect([pause.leftMs, pause.isFailing, pause.succeeded()]).toEqual([0, false, false]);
  pause.failed();
  expect(pause.leftMs).toBe(1_000);
});

test('is any share of the step, but never shorter than what was asked for', () => {
  const { clock, pause } = pauseAt(0);
  pause.failed();
  expect(pause.leftMs).toBe(0);
  pause.failed(30_000);
  expect(pause.leftMs).toBe(30_000);
  clock.at = 29_000;
  expect(pause.leftMs).toBe(1_000);
});
