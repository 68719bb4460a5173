import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Chain } from '../../core/audit/chain.ts';
import { openRecord } from '../../core/audit/gate-record.ts';
import { KEY } from '../../core/audit/testing/signed-stream.ts';
import { Checkpoints } from './checkpoints.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function signing(canWrite = () => true) {
  const chain = new Chain({ stream: 's', server: 'ns/n' });
  const notes: string[] = [];
  const checkpoints = new Checkpoints(chain, KEY, {
    afterMs: 5000,
    canWrite,
    write(note) {
      notes.push(note);
      chain.append(openRecord(0));
    },
  });
  const append = (): void => {
    chain.append(openRecord(0));
    checkpoints.soon();
  };
  return { checkpoints, append, sizes: () => notes.map((note) => Number(note.split('\n')[1])) };
}

test('what is new is signed some seconds later, all of it at once', () => {
  const { append, sizes } = signing();
  append();
  append();
  vi.advanceTimersByTime(4999);
  expect(sizes()).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sizes()).toEqual([2]);
});

test('nothing is signed while nothing is new', () => {
  const { append, sizes } = signing();
  append();
  vi.advanceTimersByTime(60_000);
  expect(sizes()).toEqual([1]);
  append();
  vi.advanceTimersByTime(60_000);
  expect(sizes()).toEqual([1, 3]);
});

test('while nothing can be written, signing waits', () => {
  let can = false;
  const { append, sizes } = signing(() => can);
  append();
  vi.advanceTimersByTime(60_000);
  expect(sizes()).toEqual([]);
  can = true;
  vi.advanceTimersByTime(5000);
  expect(sizes()).toEqual([1]);
});

test('what cannot wait is signed at once, and not once more', () => {
  const { append, checkpoints, sizes } = signing();
  append();
  checkpoints.now();
  checkpoints.now();
  vi.advanceTimersByTime(60_000);
  expect(sizes()).toEqual([1]);
  append();
  checkpoints.end();
  checkpoints.now();
  expect(sizes()).toEqual([1, 3]);
});

test('at the end all is signed, once, and nothing afterwards', () => {
  const { append, checkpoints, sizes } = signing(() => false);
  append();
  checkpoints.end();
  checkpoints.end();
  append();
  vi.advanceTimersByTime(60_000);
  expect(sizes()).toEqual([1]);
});
