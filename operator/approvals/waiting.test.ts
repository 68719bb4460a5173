import { beforeEach, describe, expect, test } from 'vitest';
import { Waiting } from './waiting.ts';

let waiting: Waiting;
let over: boolean;
beforeEach(() => {
  [waiting, over] = [new Waiting(), false];
});
const until = (signal = new AbortController().signal, ms = 10_000) => waiting.until('a', () => over, ms, signal);

describe('whoever waits', () => {
  test('does not where it is over already', async () => {
    over = true;
    await until();
  });

  test('is told together with all others, and not of what changes nothing', async () => {
    let ended = 0;
    const all = Promise.all([1, 2, 3].map(() => until().then(() => (ended += 1))));
    waiting.wake('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(0);
    over = true;
    waiting.wake('a');
    await all;
    expect(ended).toBe(3);
  });

  test('is not told of another object', async () => {
    const ended = until(undefined, 20);
    over = true;
    const began = performance.now();
    waiting.wake('b');
    await ended;
    expect(performance.now() - began).toBeGreaterThan(10);
  });

  test('stops after its time', () => until(undefined, 5));

  test('stops when it has gone, before and meanwhile', async () => {
    const gone = new AbortController();
    const ended = until(gone.signal);
    gone.abort();
    await ended;
    await until(AbortSignal.abort());
  });

  test('leaves no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const ended = until();
    over = true;
    waiting.wake('a');
    await ended;
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBe(before);
  });
});
