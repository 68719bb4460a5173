import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../ops.ts';
import { HistoryStore } from '../store.ts';

const asked = (op: Op): Wanted => ({ op, isAsked: true });
const MINUTE = 60_000;
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
    const step = record({ ms: integer({ min: -90_000, max: 30_000 }), add: integer({ min: 1, max: 3 }) });
    assert(
      property(array(step, { maxLength: 200 }), (steps) => {
        const store = new HistoryStore();
        let now = 10_000_000;
        // What the store has not been told of it cannot know.
        let latest = 0;
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
