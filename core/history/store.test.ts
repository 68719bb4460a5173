import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from './ops.ts';
import { HistoryStore, type Kept } from './store.ts';

const MINUTE = 60_000;
const asked = (op: Op): Wanted => ({ op, isAsked: true });
const unasked = (op: Op): Wanted => ({ op, isAsked: false });
const window = (whom: string, add = 1, limit: number | undefined = 5, windowMs = MINUTE): Op => ({
  ...{ kind: 'window', of: 'ns/pack#rate', whom, windowMs, limit, add },
});

describe('a sum over a sliding window', () => {
  it('lets as much through as its limit, and says when more is', () => {
    const store = new HistoryStore();
    for (let i = 0; i < 5; i++) expect(store.apply([asked(window('ada'))], 'Take', 1_000_000).holds).toBe(true);
    const { holds, seen } = store.apply([asked(window('ada'))], 'Take', 1_000_001);
    expect(holds).toBe(false);
    const [said] = seen;
    if (said?.kind !== 'sum' || said.waitMs === undefined) throw new Error('no sum was seen');
    expect(said.sum).toBe(5);
    expect(said.waitMs).toBeGreaterThan(MINUTE - 4_000);
    expect(said.waitMs).toBeLessThanOrEqual(MINUTE + MINUTE / 16);
    expect(store.apply([asked(window('ada'))], 'Take', 1_000_001 + said.waitMs - 2).holds).toBe(false);
    expect(store.apply([asked(window('ada'))], 'Take', 1_000_001 + said.waitMs).holds).toBe(true);
    expect(store.apply([asked(window('bob'))], 'Take', 1_000_001).holds).toBe(true);
  });

  it('says of what is more than its limit that waiting does not help', () => {
    const store = new HistoryStore();
    expect(store.apply([asked(window('ada', 6))], 'Ask', 1_000_000).seen).toMatchObject([
      { holds: false, waitMs: undefined },
    ]);
  });

  it('never lets more through in any window, whatever the clock does', () => {
    const step = fc.record({ ms: fc.integer({ min: -90_000, max: 30_000 }), add: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const store = new HistoryStore();
        let now = 10_000_000;
        let latest = now;
        const passed: { at: number; add: number }[] = [];
        for (const { ms, add } of steps) {
          now += ms;
          latest = Math.max(latest, now);
          if (store.apply([asked(window('ada', add))], 'Take', now).holds) passed.push({ at: latest, add });
          const inWindow = passed.filter(({ at }) => at > latest - MINUTE);
          expect(inWindow.reduce((sum, one) => sum + one.add, 0)).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  it('counts what was before in a window that is another one now, and forgets none of it early', () => {
    const store = new HistoryStore();
    for (let i = 0; i < 5; i++) store.apply([asked(window('ada'))], 'Take', 1_000_000);
    expect(store.apply([asked(window('ada', 1, 5, 10 * MINUTE))], 'Ask', 1_030_000).holds).toBe(false);
    expect(store.apply([asked(window('ada', 1, 5, 10 * MINUTE))], 'Ask', 1_000_000 + 9 * MINUTE).holds).toBe(false);
    expect(store.apply([asked(window('ada', 1, 5, 10 * MINUTE))], 'Ask', 1_000_000 + 12 * MINUTE).holds).toBe(true);
  });
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

describe('leases', () => {
  const lease = (id: string): Op => ({ kind: 'lease', of: 'ns/pack#slots', whom: 'ada', id, limit: 2, forMs: 1_000 });
  const release = (id: string): Op => ({ kind: 'release', of: 'ns/pack#slots', whom: 'ada', id });

  it('are as many as the limit says until one is given back or runs out', () => {
    const store = new HistoryStore();
    expect(store.apply([asked(lease('a'))], 'Take', 0).holds).toBe(true);
    expect(store.apply([asked(lease('b'))], 'Take', 500).holds).toBe(true);
    expect(store.apply([asked(lease('b'))], 'Take', 500).holds).toBe(true);
    expect(store.apply([asked(lease('c'))], 'Take', 600).holds).toBe(false);
    store.apply([unasked(release('a'))], 'Take', 600);
    expect(store.apply([asked(lease('c'))], 'Take', 700).holds).toBe(true);
    expect(store.apply([asked(lease('d'))], 'Take', 1_499).holds).toBe(false);
    expect(store.apply([asked(lease('d'))], 'Take', 1_501).holds).toBe(true);
  });
});

describe('marks', () => {
  const mark: Op = { kind: 'mark', of: 'ns/pack#seq', whom: 'ada', forMs: MINUTE, note: 'export_all' };
  const whether = (want: 'Has' | 'HasNot', withinMs = MINUTE): Op => ({
    ...{ kind: 'whether', of: 'ns/pack#seq', whom: 'ada', withinMs, want },
  });

  it('say when something last happened', () => {
    const store = new HistoryStore();
    expect(store.apply([asked(whether('Has'))], 'Ask', 0).holds).toBe(false);
    store.apply([unasked(mark)], 'Take', 1_000);
    expect(store.apply([asked(whether('Has'))], 'Ask', 5_000).seen).toMatchObject([
      { holds: true, last: { agoMs: 4_000, note: 'export_all' } },
    ]);
    expect(store.apply([asked(whether('HasNot'))], 'Ask', 5_000).holds).toBe(false);
    expect(store.apply([asked(whether('HasNot', 1_000))], 'Ask', 5_000).holds).toBe(true);
    expect(store.apply([asked(whether('Has'))], 'Ask', 62_000).holds).toBe(false);
  });
});

describe('a store that is full', () => {
  const whom = fc.integer({ min: 0, max: 9 }).map((i) => `caller-${i}`);
  const op: fc.Arbitrary<Op> = fc.oneof(
    fc.record({ w: whom, add: fc.integer({ min: 1, max: 3 }) }).map(({ w, add }) => window(w, add)),
    whom.map((w): Op => ({ kind: 'period', of: 'budget', whom: w, endsAt: 99 * MINUTE, limit: 5, add: 2 })),
    whom.map((w): Op => ({ kind: 'mark', of: 'seq', whom: w, forMs: MINUTE, note: w })),
    whom.map((w): Op => ({ kind: 'whether', of: 'seq', whom: w, withinMs: MINUTE, want: 'Has' })),
    whom.map((w): Op => ({ kind: 'whether', of: 'seq', whom: w, withinMs: MINUTE, want: 'HasNot' })),
    fc.record({ w: whom, id: fc.constantFrom('a', 'b', 'c') }).map(({ w, id }): Op => ({
      ...{ kind: 'lease', of: 'slots', whom: w, id, limit: 2, forMs: MINUTE },
    })),
  );

  it('forgets, and never lets pass what it would not have with more room', () => {
    const steps = fc.array(fc.record({ op, ms: fc.integer({ min: 0, max: 20_000 }) }), { maxLength: 120 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (all, cells) => {
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
    while (first.hasChanged) kept.push(...first.takeChanged(2));
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
