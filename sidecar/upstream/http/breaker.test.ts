import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { Breaker, type Passage } from './breaker.ts';

function enter(breaker: Breaker): Passage {
  return breaker.enter() ?? expect.fail('it is open');
}

/** Five calls that fail, after some that do not know it yet. */
function opened(late = 0) {
  const clock = new FakeClock();
  const breaker = new Breaker(clock);
  const sentBefore = Array.from({ length: late }, () => enter(breaker));
  for (let i = 0; i < 5; i++) breaker.failed(enter(breaker));
  return { clock, breaker, sentBefore };
}

describe('Breaker', () => {
  it('opens after five failures in a row', () => {
    const breaker = new Breaker(new FakeClock());
    for (let i = 0; i < 4; i++) breaker.failed(enter(breaker));
    const fifth = enter(breaker);
    breaker.failed(fifth);
    expect(breaker.enter()).toBeUndefined();
  });

  it('says that it is open until the server is there again', () => {
    const { clock, breaker } = opened();
    expect(breaker.isOpen).toBe(true);
    clock.advance(500);
    const probe = enter(breaker);
    expect(breaker.isOpen).toBe(true);
    breaker.reached(probe);
    expect(breaker.isOpen).toBe(false);
    expect(new Breaker(clock).isOpen).toBe(false);
  });

  it('counts only failures in a row', () => {
    const breaker = new Breaker(new FakeClock());
    for (let i = 0; i < 20; i++) {
      breaker.failed(enter(breaker));
      if (i % 4 === 3) breaker.succeeded();
    }
    expect(breaker.enter()).toBeDefined();
  });

  it('lets one probe through after its pause', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    expect(breaker.enter()).toBeDefined();
    expect(breaker.enter()).toBeUndefined();
  });

  it('closes when the probe succeeds and pauses longer when it fails', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    breaker.failed(enter(breaker));
    clock.advance(999);
    expect(breaker.enter()).toBeUndefined();
    clock.advance(1);
    expect(breaker.enter()).toBeDefined();
    breaker.succeeded();
    expect([breaker.enter(), breaker.enter()]).not.toContain(undefined);
  });

  it('lets all calls through once the probe is on its way to the server, however long its answer takes', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    const probe = enter(breaker);
    breaker.reached(probe);
    const others = [enter(breaker), enter(breaker)] as const;
    // Gone again: the first failure says so, the late one says nothing new, and the pause is the longer one.
    breaker.failed(others[0]);
    breaker.failed(others[1]);
    clock.advance(999);
    expect(breaker.enter()).toBeUndefined();
    clock.advance(1);
    expect(breaker.enter()).toBeDefined();
  });

  it('is not closed by a connection of a call from before it opened', () => {
    const { clock, breaker, sentBefore } = opened(1);
    clock.advance(500);
    enter(breaker);
    breaker.reached(sentBefore[0] ?? expect.fail('none'));
    expect(breaker.enter()).toBeUndefined();
  });

  it('lets the next one probe when a probe was given up', () => {
    const { clock, breaker } = opened();
    clock.advance(500);
    breaker.abandoned(enter(breaker));
    expect(breaker.enter()).toBeDefined();
  });

  it('pauses no longer for calls that were sent before it opened and fail behind it', () => {
    const { clock, breaker, sentBefore } = opened(12);
    for (const passage of sentBefore) breaker.failed(passage);
    clock.advance(500);
    breaker.failed(enter(breaker));
    clock.advance(1_000);
    expect(breaker.enter()).toBeDefined();
  });

  it.each(['failed', 'abandoned'] as const)('a late call that %s ends no probe of another', (how) => {
    const { clock, breaker, sentBefore } = opened(1);
    clock.advance(500);
    enter(breaker);
    breaker[how](sentBefore[0] as Passage);
    expect(breaker.enter()).toBeUndefined();
  });

  it('an answer to a late call closes it: the server is there', () => {
    const { breaker } = opened(1);
    breaker.succeeded();
    expect([breaker.enter(), breaker.enter()]).not.toContain(undefined);
  });
});
