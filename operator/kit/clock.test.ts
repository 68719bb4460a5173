import { describe, expect, it } from 'vitest';
import { aborted, sleep, SYSTEM_CLOCK } from './clock.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

describe('sleep', () => {
  it('is true when the time is over, and no longer listens to the signal', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const slept = sleep(clock, 100, abort.signal);
    await clock.advance(100);
    expect(await slept).toBe(true);
    abort.abort();
    expect(clock.pending).toBe(0);
  });

  it('is false as soon as the signal aborts, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const slept = sleep(clock, 100, abort.signal);
    abort.abort();
    expect(await slept).toBe(false);
    expect(clock.pending).toBe(0);
    expect(await sleep(clock, 100, abort.signal)).toBe(false);
  });
});

describe('aborted', () => {
  it('resolves with the signal, also with one that is aborted already', async () => {
    const abort = new AbortController();
    let seen = false;
    void aborted(abort.signal).then(() => (seen = true));
    await settle();
    expect(seen).toBe(false);
    abort.abort();
    await settle();
    expect(seen).toBe(true);
    await aborted(AbortSignal.abort());
  });
});

describe('SYSTEM_CLOCK', () => {
  it('runs what is due, and not what was cancelled', async () => {
    const ran: string[] = [];
    const cancel = SYSTEM_CLOCK.after(1, () => ran.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      SYSTEM_CLOCK.after(5, () => {
        ran.push('due');
        resolve();
      });
    });
    expect(ran).toEqual(['due']);
  });

  it('does not run at once what is due in a month', async () => {
    let ran = false;
    const cancel = SYSTEM_CLOCK.after(31 * 86_400_000, () => (ran = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    cancel();
    expect(ran).toBe(false);
  });
});
