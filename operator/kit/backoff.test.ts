import { describe, expect, it } from 'vitest';
import { Backoff, TokenBucket, WATCH_BACKOFF } from './backoff.ts';
import { FakeClock } from './testing/fake-clock.ts';

describe('Backoff', () => {
  it('doubles up to the cap', () => {
    const backoff = new Backoff(WATCH_BACKOFF, new FakeClock(), () => 0);
    const waits = Array.from({ length: 8 }, () => backoff.next());
    expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('takes up to the share of the jitter off, and never adds', () => {
    const backoff = new Backoff(WATCH_BACKOFF, new FakeClock(), () => 1);
    expect([backoff.next(), backoff.next()]).toEqual([400, 800]);
  });

  it('begins anew after a healthy time, counted from the end of the wait', async () => {
    const clock = new FakeClock();
    const backoff = new Backoff(WATCH_BACKOFF, clock, () => 0);
    backoff.next();
    backoff.next();
    await clock.advance(1_600 + 120_000);
    expect(backoff.next()).toBe(3_200);
    await clock.advance(3_200 + 120_001);
    expect(backoff.next()).toBe(800);
  });
});

describe('TokenBucket', () => {
  it('gives the burst at once and then says how long the next one takes', () => {
    const bucket = new TokenBucket(10, 2, new FakeClock());
    expect([bucket.reserve(), bucket.reserve(), bucket.reserve(), bucket.reserve()]).toEqual([0, 0, 100, 200]);
  });

  it('never holds more than the burst', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(10, 2, clock);
    await clock.advance(60_000);
    expect([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()]).toEqual([true, true, false]);
    await clock.advance(100);
    expect(bucket.tryTake()).toBe(true);
  });
});
