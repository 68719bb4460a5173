import { describe, expect, it } from 'vitest';
import { HistoryStore } from '../store.ts';
import { MOST_SEEN, PrintsCell, type PrintedSeen, type PrintsOp } from './prints.ts';

const HOUR = 3_600_000;
const place = { of: 'ns/pack#stay/prints', whom: 'ada' };

class Kept {
  readonly cell = new PrintsCell();
  now = 1_000_000;

  add(prints: readonly number[], note = '', more: Partial<PrintsOp> = {}): this {
    this.cell.add({ kind: 'prints', ...place, as: 'Seen', prints, isAll: true, forMs: HOUR, note, ...more }, this.now);
    this.now += 1000;
    return this;
  }

  look(prints: readonly number[], withinMs = HOUR, isAll = true): PrintedSeen {
    return this.cell.look({ kind: 'printed', ...place, prints, isAll, withinMs }, this.now);
  }
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('prints', () => {
  it('are known where they were seen, and where the most of them were', () => {
    const kept = new Kept().add([1, 2, 3], 'a').add([3, 4], 'b');
    expect(kept.look([9])).toMatchObject({ holds: true, last: undefined, lost: undefined });
    expect(kept.look([1, 2, 4])).toMatchObject({ holds: false, last: { agoMs: 2000, note: 'a', count: 2 } });
    expect(kept.look([3])).toMatchObject({ last: { agoMs: 1000, note: 'b' } });
  });

  it('that were sent first are not seen later, and those that were seen stay seen', () => {
    const kept = new Kept().add([1], '', { as: 'Sent' }).add([1, 2], 'a').add([2], '', { as: 'Sent' });
    expect(kept.look([1]).holds).toBe(true);
    expect(kept.look([2]).holds).toBe(false);
  });

  it('run out', () => {
    const kept = new Kept().add([1], 'a');
    expect(kept.look([1], 999).holds).toBe(true);
    kept.now += HOUR;
    expect(kept.look([1], 2 * HOUR).holds).toBe(true);
  });

  it('are forgotten oldest first, and whoever is forgotten some is held by all', () => {
    const kept = new Kept().add(range(0, MOST_SEEN), 'a').add(range(100_000, 10), 'b');
    expect(kept.look([0])).toMatchObject({ holds: false, last: undefined, lost: { note: 'a' } });
    expect(kept.look([MOST_SEEN - 1]).last).toMatchObject({ note: 'a' });
    expect(kept.look([100_003]).last).toMatchObject({ note: 'b' });
    expect(kept.cell.bytes).toBeLessThan(200_000);
  });

  it('of very many places are kept together', () => {
    const kept = new Kept();
    for (let i = 0; i < 200; i++) kept.add([i], `n${i}`);
    expect(kept.look([0]).last).toBeDefined();
    expect(kept.look([199]).last).toMatchObject({ note: 'n199' });
    expect(kept.cell.toJSON()[0]).toHaveLength(64);
  });

  it('that were sent, however many, push none out that were seen', () => {
    const kept = new Kept().add([1], 'a').add(range(1000, 50_000), '', { as: 'Sent' });
    expect(kept.look([1]).holds).toBe(false);
    expect(kept.cell.bytes).toBeLessThan(400_000);
  });

  it('hold nowhere where not all were kept, or not all are compared', () => {
    expect(new Kept().add([1], 'a', { isAll: false }).look([9])).toMatchObject({ holds: false, lost: { note: 'a' } });
    expect(new Kept().add([1], 'a').look([9], HOUR, false)).toMatchObject({ holds: false, lost: { note: 'a' } });
    expect(new Kept().look([9], HOUR, false).holds).toBe(true);
  });

  it('are the same behind a file', () => {
    const kept = new Kept().add([5], '', { as: 'Sent' }).add([1, 5], 'a');
    const again = new PrintsCell();
    expect(again.fill(JSON.parse(JSON.stringify(kept.cell.toJSON())) as unknown[])).toBe(true);
    expect(again.toJSON()).toEqual(kept.cell.toJSON());
    for (const broken of [[], [[[1]], []], [[], [[1]]], ['x', []]]) expect(new PrintsCell().fill(broken)).toBe(false);
  });

  it('of a caller who is forgotten hold whoever is not known, and tell nothing of them', () => {
    const store = new HistoryStore({ cells: 1, bytes: 1_000_000 });
    const seen = { kind: 'prints', as: 'Seen', prints: [1], isAll: true, forMs: HOUR, note: 'secret' } as const;
    const look = (whom: string): unknown =>
      store.apply(
        [{ op: { kind: 'printed', ...place, whom, prints: [1], isAll: true, withinMs: HOUR }, isAsked: true }],
        'Ask',
        1_002_000,
      ).seen[0];
    store.apply([{ op: { ...place, ...seen }, isAsked: false }], 'Take', 1_000_000);
    expect(look('bob')).toMatchObject({ holds: true });
    store.apply(
      [{ op: { ...place, ...seen, whom: 'eve', prints: [2], note: 'e' }, isAsked: false }],
      'Take',
      1_001_000,
    );
    expect(look('ada')).toMatchObject({ holds: false, last: undefined, lost: { note: '' } });
    expect(look('bob')).toMatchObject({ holds: false, last: undefined, lost: { note: '' } });
  });
});
