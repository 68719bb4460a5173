import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DispatchedCalls, OLD_AFTER_MS } from './dispatched-calls.ts';
import type { Place } from './in-order.ts';

interface Numbered {
  forwardedAt: number;
  id: number;
  place: Place<Numbered> | undefined;
}

test('a call is handed over once when it is old, unless it ended before or is on record', async () => {
  let now = 0;
  const old: number[] = [];
  const calls = new DispatchedCalls<Numbered>(
    () => now,
    ({ id }) => old.push(id),
  );
  const [ended, stays, later, known] = [1, 2, 3, 4].map((id): Numbered => ({
    forwardedAt: id === 3 ? 900 : 0,
    id,
    place: undefined,
  }));
  if (ended === undefined || stays === undefined || later === undefined || known === undefined) expect.fail();
  calls.add(ended, false);
  calls.add(stays, false);
  calls.add(later, false);
  calls.add(known, true);
  calls.delete(ended);
  await sleep(250);
  expect(old).toEqual([]);
  now = OLD_AFTER_MS;
  await sleep(250);
  expect(old).toEqual([2]);
  now = 10_000;
  await sleep(250);
  expect(old).toEqual([2, 3]);
  expect(calls.all().map(({ id }) => id)).toEqual([4, 2, 3]);
  for (const call of calls.all()) calls.delete(call);
  expect(calls.size).toBe(0);
});
