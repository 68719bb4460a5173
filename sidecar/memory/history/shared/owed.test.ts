import { expect, it } from 'vitest';
import type { Op, Wanted } from '../../../../core/history/ops.ts';
import { Owed } from './owed.ts';

const place = { of: 'rule', whom: 'ada' };
const written = (...ops: Op[]): Wanted[] => ops.map((op) => ({ op, isAsked: true }));
const window = (add: number): Op => ({ kind: 'window', ...place, windowMs: 1_000, limit: 3, add });
const lease: Op = { kind: 'lease', ...place, id: 'i', limit: 1, forMs: 1_000 };
const release: Op = { kind: 'release', ...place, id: 'i' };
const mark: Op = { kind: 'mark', ...place, forMs: 1_000, note: 'n' };

const told = (owed: Owed, now = 0): Op[] => owed.take(100, now).map(({ op }) => op);

it('adds up what is the same, and asks for nothing', () => {
  const owed = new Owed();
  owed.add(written(window(1), window(2)), 0);
  owed.add(written({ kind: 'whether', ...place, withinMs: 1, want: 'Has' }, { ...window(1), whom: 'bob' }), 0);
  expect(owed.take(100, 0)).toEqual([
    { op: window(3), isAsked: false },
    { op: { ...window(1), whom: 'bob' }, isAsked: false },
  ]);
  expect(owed.size).toBe(0);
});

it('tells the end of what it was told the beginning of', () => {
  const owed = new Owed();
  owed.add(written(lease), 0);
  owed.add(written(release), 0);
  expect(told(owed)).toEqual([release]);
});

it('tells that a sum is over, and what was added behind that', () => {
  const owed = new Owed();
  owed.add(written(window(2), { kind: 'clear', ...place }), 0);
  expect(owed.take(100, 0)).toEqual([{ op: { kind: 'clear', ...place }, isAsked: false }]);
  owed.add(written({ kind: 'clear', ...place }, window(1)), 0);
  expect(told(owed)).toEqual([window(1)]);
});

it('tells each of what is not added up', () => {
  const owed = new Owed();
  const prints = (as: 'Seen' | 'Sent', one: number): Op => ({
    ...{ kind: 'prints', ...place, as, prints: [one], isAll: true, forMs: 1_000, note: '' },
  });
  const keep = (text: string): Op => ({ kind: 'keep', ...place, text, most: 3, forMs: 1_000 });
  const all = [prints('Sent', 1), prints('Seen', 1), keep('a'), keep('b')];
  owed.add(written(...all, { kind: 'kept', ...place, withinMs: 1 }), 0);
  expect(told(owed)).toEqual(all);
});

it('tells how long ago something has happened', () => {
  const owed = new Owed();
  owed.add(written(mark), 1_000);
  expect(told(owed, 1_500)).toEqual([{ ...mark, agoMs: 500 }]);
});

it('tells it by and by', () => {
  const owed = new Owed();
  owed.add(written(window(1), mark, lease), 0);
  expect(owed.take(2, 0)).toHaveLength(2);
  expect(told(owed)).toEqual([lease]);
});

it('keeps no more than there is room for, so that whoever lets something pass can ask before', () => {
  const owed = new Owed(2);
  expect(owed.hasRoomFor(written(window(1), mark))).toBe(true);
  expect(owed.hasRoomFor(written(window(1), mark, lease))).toBe(false);
  owed.add(written(window(1), mark, lease), 0);
  expect(owed.size).toBe(0);
});

const seen = (whom: string, prints: readonly number[], as: 'Seen' | 'Sent' = 'Seen'): Op => ({
  ...{ kind: 'prints', of: 'rule', whom, as, prints, isAll: true, forMs: 1_000, note: 'n' },
});

it('keeps so many prints, and of what was seen beyond tells that it was', () => {
  const owed = new Owed(100, 5);
  owed.add(written(seen('ada', [1, 2, 3]), seen('ada', [4, 5, 6]), seen('ada', [7, 8, 9])), 0);
  owed.add(written(seen('bob', [1, 2, 3], 'Sent'), seen('bob', [4, 5])), 0);
  const unnamed = { ...seen('ada', []), isAll: false };
  expect(told(owed)).toEqual([seen('ada', [1, 2, 3]), unnamed, seen('bob', [4, 5])]);
  owed.add(written(seen('ada', [1, 2, 3, 4, 5])), 0);
  expect(told(owed)).toEqual([seen('ada', [1, 2, 3, 4, 5])]);
});

it('tells no more prints at once than a store compares in a moment', () => {
  const owed = new Owed();
  const many = Array.from({ length: 8_000 }, (_, i) => i);
  for (const whom of ['ada', 'bob', 'cleo']) owed.add(written(seen(whom, many)), 0);
  expect([told(owed).length, told(owed).length, owed.size]).toEqual([2, 1, 0]);
});
