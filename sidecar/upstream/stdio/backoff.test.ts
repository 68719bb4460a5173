import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { StdioBackoff } from './backoff.ts';

function made() {
  const clock = new FakeClock();
  const backoff = new StdioBackoff(clock);
  const crash = (livedMs = 0): void => {
    const startedAt = clock.monotonic();
    clock.advance(livedMs);
    backoff.crashed(startedAt, 'it exited with code 1');
  };
  /** Milliseconds until the next start is allowed. */
  const pause = (): number => {
    for (let ms = 0; ; ms += 50, clock.advance(50)) {
      try {
        backoff.check();
        return ms;
      } catch {
        // Not yet.
      }
    }
  };
  return { backoff, clock, crash, pause };
}

it('lets a first start pass', () => {
  expect(() => made().backoff.check()).not.toThrow();
});

it('doubles its pauses up to ten seconds', () => {
  const { crash, pause } = made();
  const pauses = Array.from({ length: 9 }, () => {
    crash();
    return pause();
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

it('begins anew when the process has lived for half a minute', () => {
  const { crash, pause } = made();
  for (let i = 0; i < 5; i++) {
    crash();
    pause();
  }
  crash(29_900);
  expect(pause()).toBe(3200);
  crash(30_000);
  expect(pause()).toBe(100);
});

it('takes processes that fall together for one crash', () => {
  const { crash, pause } = made();
  for (let i = 0; i < 60; i++) crash();
  expect(pause()).toBe(100);
});

it('says why, and when it may be tried again', () => {
  const { backoff, crash } = made();
  crash();
  expect(() => backoff.check()).toThrow('it exited with code 1; it may be started again in 0.1 s');
});
