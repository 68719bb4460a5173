import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Counts } from './counts.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function counting() {
  const state = { canWrite: true };
  const written: object[] = [];
  const clock = new FakeClock();
  const counts = new Counts({
    clock,
    countMs: 60_000,
    canWrite: () => state.canWrite,
    write: (record) => written.push(record),
    onRefusals: undefined,
  });
  return { state, written, counts };
}

test('what was lost is on record as soon as records can be written again, by kind', () => {
  const { state, written, counts } = counting();
  state.canWrite = false;
  for (const what of ['refused', 'refused', 'decision'] as const) counts.lose(what);
  vi.advanceTimersByTime(120_000);
  expect(written).toEqual([]);
  state.canWrite = true;
  counts.canWriteAgain();
  expect(written).toMatchObject([
    {
      event: 'lost',
      lost: [
        { count: 2, what: 'refused' },
        { count: 1, what: 'decision' },
      ],
    },
  ]);
  vi.advanceTimersByTime(120_000);
  expect(written).toHaveLength(1);
});

test('where nobody says so, a minute later', () => {
  const { written, counts } = counting();
  counts.lose('note');
  vi.advanceTimersByTime(60_000);
  expect(written).toMatchObject([{ event: 'lost', lost: [{ count: 1, what: 'note' }] }]);
});

test('further refusals of a kind are on record together a minute later, and at the end', () => {
  const { written, counts } = counting();
  expect([1, 2, 3].map(() => counts.refuse('unauthenticated', '10.0.0.1', 5))).toEqual([true, false, false]);
  vi.advanceTimersByTime(60_000);
  expect(written).toMatchObject([{ event: 'refusals', refusals: [{ count: 2, source: '10.0.0.1' }] }]);
  counts.refuse('unauthenticated', '10.0.0.1', 6);
  counts.end();
  expect(written).toHaveLength(2);
  vi.advanceTimersByTime(120_000);
  expect(written).toHaveLength(2);
});
