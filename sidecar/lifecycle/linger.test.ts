import { expect, it } from 'vitest';
import { linger } from './linger.ts';

const clock = { monotonic: () => performance.now() };

async function took(connectedAt: () => number, maxMs: number): Promise<number> {
  const began = performance.now();
  await linger(connectedAt, maxMs, clock);
  return performance.now() - began;
}

it('ends at once where nobody has come for a while, or ever', async () => {
  expect(await took(() => -Infinity, 5_000)).toBeLessThan(40);
  expect(await took(() => performance.now() - 600, 5_000)).toBeLessThan(40);
});

it('waits until none has come for half a second', async () => {
  const last = performance.now() + 100;
  expect(await took(() => Math.min(performance.now(), last), 5_000)).toBeGreaterThanOrEqual(590);
});

it('ends in time where they come without pause', async () => {
  const ms = await took(() => performance.now(), 200);
  expect(ms).toBeGreaterThanOrEqual(200);
  expect(ms).toBeLessThan(600);
});
