import { array, assert, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Op } from '../ops.ts';
import { HistoryStore, type Kept } from '../store.ts';
import type { PointsSeen } from './points.ts';

const HALF = 60_000;
const op = (points: number[], below?: number, whom = 'ada'): Op => ({
  ...{ kind: 'points', of: 'r', whom, halfLifeMs: HALF, below },
  add: points.map((one) => ({ points: one, why: `of ${one}` })),
});
const add = (store: HistoryStore, now: number, points: number[], whom = 'ada'): void => {
  store.apply([{ op: op(points, undefined, whom), isAsked: false }], 'Take', now);
};
const look = (store: HistoryStore, now: number, below?: number, own: number[] = []): PointsSeen =>
  store.apply([{ op: op(own, below), isAsked: true }], 'Ask', now).seen[0] as PointsSeen;

describe('points', () => {
  it('have half their weight after every half-life, and are told one by one', () => {
    const store = new HistoryStore();
    add(store, 0, [8]);
    add(store, HALF, [2]);
    const { sum, parts } = look(store, HALF);
    expect(sum).toBeCloseTo(6);
    expect(parts).toEqual([
      { points: 4, why: 'of 8', agoMs: HALF },
      { points: 2, why: 'of 2', agoMs: 0 },
    ]);
    expect(look(store, 40 * HALF).sum).toBe(0);
  });

  it('do not hold from so many on, with those that come', () => {
    const store = new HistoryStore();
    add(store, 0, [5]);
    expect(look(store, 0, 10, [4]).holds).toBe(true);
    expect(look(store, 0, 10, [5]).holds).toBe(false);
    expect(look(store, HALF, 10, [5]).holds).toBe(true);
  });

  it('add up to the same, however many there were', () => {
    const steps = array(
      record({ ms: integer({ min: 0, max: HALF }), points: double({ min: 0.1, max: 50, noNaN: true }) }),
      {
        maxLength: 100,
      },
    );
    assert(
      property(steps, (all) => {
        const store = new HistoryStore();
        let now = 0;
        let naive = 0;
        for (const { ms, points } of all) {
          now += ms;
          naive = naive * 2 ** (-ms / HALF) + points;
          add(store, now, [points]);
        }
        // What has faded for twelve half-lives is let go of.
        expect(look(store, now).sum).toBeGreaterThan(naive * 0.97 - 0.05);
        expect(look(store, now).sum).toBeLessThan(naive * 1.001 + 0.001);
        expect(look(store, now).parts.length).toBeLessThanOrEqual(24);
      }),
    );
  });

  it('are those of the worst for whoever is forgotten, and kept in a file', () => {
    const store = new HistoryStore({ cells: 1, bytes: 1e9 });
    for (const [whom, points] of [
      ['ada', 5],
      ['bob', 30],
      ['cleo', 9],
    ] as const)
      add(store, 0, [points], whom);
    const another = new HistoryStore();
    for (const kept of store.takeChanged(9))
      expect(another.restore(JSON.parse(JSON.stringify(kept)) as Kept)).toBe(true);
    expect(look(another, 0).sum).toBe(30);
    expect(another.restore(['r', 'x', 'points', 1, [60_000, [['a', 1, 1]]]])).toBe(false);
  });
});
