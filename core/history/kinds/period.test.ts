import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../ops.ts';
import { HistoryStore } from '../store.ts';

const asked = (op: Op): Wanted => ({ op, isAsked: true });

const HOUR = 3_600_000;
const spend = (add: number): Op => ({ kind: 'period', of: 'ns/pack#day:1', whom: 'ada', endsAt: HOUR, limit: 10, add });

describe('a sum until a moment', () => {
  it('lets as much through as its limit, and says how long it is until then', () => {
    const store = new HistoryStore();
    expect(store.apply([asked(spend(8))], 'Take', 0).holds).toBe(true);
    expect(store.apply([asked(spend(3))], 'Take', 1_000).seen).toMatchObject([
      { holds: false, sum: 8, waitMs: HOUR - 1_000, resetMs: HOUR - 1_000 },
    ]);
    expect(store.apply([asked(spend(2))], 'Take', 1_000).holds).toBe(true);
  });

  it('says of what is more than its limit that waiting does not help', () => {
    expect(new HistoryStore().apply([asked(spend(11))], 'Ask', 0).seen).toMatchObject([{ waitMs: undefined }]);
  });

  it('is counted also where it was over long ago by the latest clock', () => {
    const store = new HistoryStore();
    store.apply([], 'Ask', 72 * HOUR);
    expect([6, 4, 1].map((add) => store.apply([asked(spend(add))], 'Take', 0).holds)).toEqual([true, true, false]);
  });

  it('is not forgotten because a clock was ahead for a moment', () => {
    const store = new HistoryStore();
    store.apply([asked(spend(10))], 'Take', 0);
    expect(store.apply([asked(spend(1))], 'Ask', 5 * HOUR).holds).toBe(false);
  });
});
