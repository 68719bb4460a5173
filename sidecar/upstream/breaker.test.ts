import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Breaker } from './breaker.ts';

function opened() {
  const clock = new FakeClock();
  const breaker = new Breaker(clock);
  for (let i = 0; i < 5; i++) breaker.failed();
  return { clock, breaker };
}

describe('Breaker', () => {
  it('opens after five failures in a row', () => {
    const breaker = new Breaker(new FakeClock());
    for (let i = 0; i < 4; i++) breaker.failed();
    expect(breaker.allows()).toBe(true);
    breaker.failed();
    expect(breaker.allows()).toBe(false);
  });

  it('counts only failures in a row', () => {
    const breaker = new Breaker(new FakeClock());
    for (let i = 0; i < 20; i++) {
      breaker.failed();
      if (i % 4 === 3) breaker.succeeded();
    }
    expect(breaker.allows()).toBe(true);
  });

  it('lets one probe through after its pause', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  });

  it('closes when the probe succeeds and pauses longer when it fails', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    breaker.allows();
    breaker.failed();
    clock.advance(999);
    expect(breaker.allows()).toBe(false);
    clock.advance(1);
    expect(breaker.allows()).toBe(true);
    breaker.succeeded();
    expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
  });

  it('lets the next one probe when a probe was given up', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    breaker.allows();
    breaker.abandoned();
    expect(breaker.allows()).toBe(true);
  });
});
