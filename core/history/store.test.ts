import { type Arbitrary, array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from './ops.ts';
import { HistoryStore, type Kept } from './store.ts';

const MINUTE = 60_000;
const asked = (op: Op): Wanted => ({ op, isAsked: true });
const unasked = (op: Op): Wanted => ({ op, isAsked: false });
const window = (whom: string, add = 1, limit: number | undefined = 5, windowMs = MINUTE): Op => ({
  ...{ kind: 'window', of: 'ns/pack#rate', whom, windowMs, limit, add },
});

describe('what is wanted together', () => {
  it('is written as a whole or not at all', () => {
    const store = new HistoryStore();
    const [full, free] = [window('ada', 5), { ...window('ada'), of: 'ns/pack#other' }];
    expect(store.apply([asked(full)], 'Take', 0).holds).toBe(true);
    expect(store.apply([asked(free), asked(window('ada'))], 'Take', 0).holds).toBe(false);
    expect(store.apply([asked(free)], 'Ask', 0).seen).toMatchObject([{ sum: 0 }]);
  });

  it('is written although something does not hold that is not asked for', () => {
    const store = new HistoryStore();
    expect(store.apply([unasked(window('ada', 9))], 'Take', 0).holds).toBe(true);
    expect(store.apply([asked(window('ada'))], 'Ask', 0).seen).toMatchObject([{ sum: 9, holds: false }]);
  });

  it('changes nothing when it is only asked', () => {
    const store = new HistoryStore();
    store.apply([asked(window('ada'))], 'Ask', 0);
    expect(store.size).toBe(0);
  });
});

const lease = (whom: string, id: string): Op => ({ kind: 'lease', of: 'slots', whom, id, limit: 2, forMs: MINUTE });

describe('a store that is full', () => {
  const whom = integer({ min: 0, max: 9 }).map((i) => `caller-${i}`);
  const op: Arbitrary<Op> = oneof(
    record({ w: whom, add: integer({ min: 1, max: 3 }) }).map(({ w, add }) => window(w, add)),
    whom.map((w): Op => ({ kind: 'period', of: 'budget', whom: w, endsAt: 99 * MINUTE, limit: 5, add: 2 })),
    whom.map((w): Op => ({ kind: 'mark', of: 'seq', whom: w, forMs: MINUTE, note: w })),
    whom.map((w): Op => ({ kind: 'whether', of: 'seq', whom: w, withinMs: MINUTE, want: 'Has' })),
    whom.map((w): Op => ({ kind: 'whether', of: 'seq', whom: w, withinMs: MINUTE, want: 'HasNot' })),
    record({ w: whom, id: constantFrom('a', 'b', 'c') }).map(({ w, id }) => lease(w, id)),
  );

  it('forgets, and never lets pass what it would not have with more room', () => {
    const steps = array(record({ op, ms: integer({ min: 0, max: 20_000 }) }), { maxLength: 120 });
    assert(
      property(steps, integer({ min: 1, max: 6 }), (all, cells) => {
        const [small, large] = [new HistoryStore({ cells, bytes: 1e9 }), new HistoryStore()];
        let now = 1_000_000;
        for (const { op: one, ms } of all) {
          now += ms;
          const strict = small.apply([asked(one)], 'Ask', now).holds;
          if (strict) expect(large.apply([asked(one)], 'Ask', now).holds).toBe(true);
          // Both learn the same.
          small.apply([unasked(one)], 'Take', now);
          large.apply([unasked(one)], 'Take', now);
          expect(small.size).toBeLessThanOrEqual(cells);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps within its bytes', () => {
    const store = new HistoryStore({ cells: 1e9, bytes: 10_000 });
    for (let i = 0; i < 1_000; i++) store.apply([asked(window(`caller-${i}`, 1, 1e9))], 'Take', i);
    expect(store.bytes).toBeLessThanOrEqual(10_000);
    expect(store.size).toBeGreaterThan(20);
  });

  it('lets go of what has run out', () => {
    const store = new HistoryStore();
    for (let i = 0; i < 100; i++) store.apply([asked(window(`caller-${i}`))], 'Take', 0);
    store.sweep(1_000, 2 * MINUTE);
    expect(store.size).toBe(0);
    expect(store.bytes).toBe(0);
  });

  it('lets go of what has run out behind what lasts', () => {
    const store = new HistoryStore();
    for (let i = 0; i < 10; i++) store.apply([asked(window(`for-long-${i}`, 1, 5, 999 * MINUTE))], 'Take', 0);
    for (let i = 0; i < 10; i++) store.apply([asked(window(`for-short-${i}`))], 'Take', 0);
    for (let i = 0; i < 5; i++) store.sweep(5, 2 * MINUTE);
    expect(store.size).toBe(10);
    for (let i = 0; i < 10; i++) store.apply([asked(window(`later-${i}`))], 'Take', 3 * MINUTE);
    for (let i = 0; i < 10; i++) store.sweep(5, 9 * MINUTE);
    expect(store.size).toBe(10);
  });
});

describe('what is kept in a file', () => {
  it('says the same in another store', () => {
    const [first, second] = [new HistoryStore({ cells: 3, bytes: 1e9 }), new HistoryStore()];
    const ops: Op[] = [
      ...['ada', 'bob', 'cleo', 'dan'].map((w) => window(w, 2)),
      { kind: 'mark', of: 'seq', whom: 'ada', forMs: MINUTE, note: 'n' },
      { kind: 'lease', of: 'slots', whom: 'ada', id: 'a', limit: 1, forMs: MINUTE },
      { kind: 'period', of: 'budget', whom: 'ada', endsAt: MINUTE, limit: 1, add: 1 },
    ];
    for (const op of ops) first.apply([unasked(op)], 'Take', 1_000);
    const kept: Kept[] = [];
    while (first.changed > 0) kept.push(...first.takeChanged(2));
    for (const one of kept) expect(second.restore(JSON.parse(JSON.stringify(one)))).toBe(true);
    for (const op of ops) {
      const [a, b] = [first, second].map((store) => store.apply([asked(op)], 'Ask', 2_000));
      expect(b).toEqual(a);
    }
  });

  it.each([
    [['of', 'whom', 'nothing', 1, []]],
    [['of', 'whom', 'window', 1, [1, [1], []]]],
    [['of', 'whom', 'window', 1, ['x', [], []]]],
    [['of', 'whom', 'period', 1, ['1']]],
    [['of', 'whom', 'lease', 1, [['a']]]],
    [['of', 'whom', 'mark', 1, [1, 2]]],
  ] as unknown as [Kept][])('is not taken where it is no such thing: %j', (kept) => {
    expect(new HistoryStore().restore(kept)).toBe(false);
  });
});
