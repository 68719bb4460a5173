import { describe, expect, it } from 'vitest';
import type { Op } from '../ops.ts';
import { HistoryStore, type Kept } from '../store.ts';

const of = (value: number, everyMs = 0): Op => ({
  kind: 'average',
  of: 'r',
  whom: 'ada',
  value,
  everyMs,
  forMs: 1_000_000,
});
const add = (store: HistoryStore, op: Op, now = 0): void => {
  store.apply([{ op, isAsked: false }], 'Take', now);
};
const usual = (store: HistoryStore) => store.apply([{ op: of(0), isAsked: false }], 'Ask', store.now).seen[0];

describe('what is usual', () => {
  it('is the plain average of the first ones', () => {
    const store = new HistoryStore();
    for (const value of [1, 2, 3]) add(store, of(value));
    expect(usual(store)).toMatchObject({ mean: 2, count: 3 });
  });

  it('follows what changes, slowly', () => {
    const store = new HistoryStore();
    for (let i = 0; i < 40; i++) add(store, of(10));
    add(store, of(110));
    expect(usual(store)).toMatchObject({ mean: 15 });
  });

  it('takes one value a while', () => {
    const store = new HistoryStore();
    add(store, of(1, 60_000), 1_000);
    for (let i = 0; i < 50; i++) add(store, of(1_000, 60_000), 2_000);
    expect(usual(store)).toMatchObject({ mean: 1, count: 1 });
    add(store, of(3, 60_000), 61_000);
    expect(usual(store)).toMatchObject({ mean: 2, count: 2 });
  });

  it('is the lower one for whoever is forgotten, and kept in a file', () => {
    const store = new HistoryStore({ cells: 1, bytes: 1e9 });
    for (const [whom, value] of [
      ['ada', 5],
      ['bob', 3],
      ['cleo', 9],
    ] as const)
      add(store, { ...of(value), whom });
    const another: HistoryStore = new HistoryStore();
    for (const kept of store.takeChanged(9))
      expect(another.restore(JSON.parse(JSON.stringify(kept)) as Kept)).toBe(true);
    expect(usual(another)).toMatchObject({ mean: 3 });
    expect(another.restore(['r', 'x', 'average', 1, ['a', 1, 1]])).toBe(false);
  });
});
