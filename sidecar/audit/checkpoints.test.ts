import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Chain } from '../../core/audit/chain.ts';
import { openRecord } from '../../core/audit/gate-record.ts';
import { KEY } from '../../core/audit/testing/signed-stream.ts';
import { Checkpoints } from './checkpoints.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const NO_KEY = 'no key';

function signing(
  canWrite = () => true,
  key: typeof KEY | typeof NO_KEY = KEY,
  onSigned?: (note: string, size: number) => void,
) {
  const chain = new Chain({ stream: 's', server: 'ns/n' });
  const notes: string[] = [];
  const checkpoints = new Checkpoints(chain, key === NO_KEY ? undefined : key, {
    onSigned,
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
  return { chain, checkpoints, append, sizes: () => notes.map((note) => Number(note.split('\n')[1])) };
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

test('without a key nothing is signed until there is one, and then all of it', () => {
  const { append, checkpoints, sizes } = signing(() => true, NO_KEY);
  append();
  vi.advanceTimersByTime(60_000);
  checkpoints.now();
  expect(sizes()).toEqual([]);
  checkpoints.adopt(KEY);
  vi.advanceTimersByTime(5000);
  expect(sizes()).toEqual([1]);
});

test('whoever hears of checkpoints can prove each from the one before', () => {
  const heard: number[] = [];
  const { append, chain } = signing(
    () => true,
    KEY,
    (_, size) => heard.push(size),
  );
  for (let n = 0; n < 3; n += 1) {
    append();
    vi.advanceTimersByTime(5000);
  }
  expect(heard).toEqual([1, 3, 5]);
  expect(chain.tree.consistency(1, 5)).toBeDefined();
  expect(chain.tree.consistency(3, 5)).toBeDefined();
  expect(chain.tree.consistency(2, 5)).toBeUndefined();
});
