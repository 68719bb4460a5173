import { array, assert, integer, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../ops.ts';
import { HistoryStore } from '../store.ts';
import { WindowCell, type WindowOp } from './window.ts';

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

describe('those who are forgotten', () => {
  const op: WindowOp = { kind: 'window', of: 'o', whom: 'w', windowMs: 16_000, limit: undefined, add: 1 };
  const cellOf = (adds: readonly (readonly [ms: number, add: number])[]): WindowCell => {
    const cell = new WindowCell();
    for (const [ms, add] of adds.toSorted(([a], [b]) => a - b)) cell.add({ ...op, add }, ms);
    return cell;
  };

  it('with one each, over all of the window, are one together and not as many as it has parts', () => {
    const all = new WindowCell();
    for (let ms = 0; ms < 16_000; ms += 100) all.fold(cellOf([[ms, 1]]));
    expect(all.look(op, 15_999).sum).toBe(1);
    expect(all.look(op, 31_000).sum).toBe(1);
    expect(all.look(op, 33_000).sum).toBe(0);
  });

  it('are at every moment what the one had who had the most', () => {
    const adds = array(tuple(integer({ min: 0, max: 30_000 }), integer({ min: 1, max: 5 })), { maxLength: 20 });
    assert(
      property(array(adds, { minLength: 1, maxLength: 6 }), integer({ min: 30_000, max: 60_000 }), (said, now) => {
        const all = new WindowCell();
        for (const one of said) all.fold(cellOf(one));
        expect(all.look(op, now).sum).toBe(Math.max(...said.map((one) => cellOf(one).look(op, now).sum)));
      }),
    );
  });
});
