import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../ops.ts';
import { HistoryStore } from '../store.ts';

const asked = (op: Op): Wanted => ({ op, isAsked: true });
const unasked = (op: Op): Wanted => ({ op, isAsked: false });
const MINUTE = 60_000;

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
