import { describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../ops.ts';
import { HistoryStore } from '../store.ts';

const asked = (op: Op): Wanted => ({ op, isAsked: true });
const unasked = (op: Op): Wanted => ({ op, isAsked: false });

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

  it('end each at its own time, also where one in front was given back or renewed', () => {
    const store = new HistoryStore();
    const taken = (now: number) => store.apply([asked(lease('z'))], 'Ask', now).seen;
    store.apply([unasked(lease('a'))], 'Take', 0);
    store.apply([unasked(lease('b'))], 'Take', 100);
    store.apply([unasked(lease('c'))], 'Take', 200);
    store.apply([unasked(lease('b'))], 'Take', 600);
    store.apply([unasked(release('nobody'))], 'Take', 600);
    expect(taken(999)).toMatchObject([{ taken: 3 }]);
    expect(taken(1_000)).toMatchObject([{ taken: 2 }]);
    store.apply([unasked(release('a')), unasked(lease('d'))], 'Take', 1_100);
    expect(taken(1_200)).toMatchObject([{ taken: 2 }]);
    expect(taken(1_600)).toMatchObject([{ taken: 1 }]);
    expect(taken(2_100)).toMatchObject([{ taken: 0 }]);
  });
});
