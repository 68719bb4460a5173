import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeriodCell } from './kinds/period.ts';
import { type Held, Shelf } from './shelf.ts';

const where = record({ of: constantFrom('rate', 'day'), whom: constantFrom('ada', 'bob', 'cleo', 'dan') });
const step = oneof(
  { weight: 4, arbitrary: where.map(({ of, whom }) => ({ does: 'put' as const, of, whom })) },
  where.map(({ of, whom }) => ({ does: 'restore' as const, of, whom })),
  where.map(({ of, whom }) => ({ does: 'remove' as const, of, whom })),
  integer({ min: 1, max: 3 }).map((count) => ({ does: 'take' as const, count })),
  integer({ min: 1, max: 3 }).map((count) => ({ does: 'next' as const, count })),
  constantFrom({ does: 'touchAll' as const }),
);
const placeOf = ({ room, whom }: Held): string => `${room.of} ${whom}`;

/** What is on it, from the first to the last. */
function all(shelf: Shelf): string[] {
  const places: string[] = [];
  for (let { oldest } = shelf; oldest !== undefined; { oldest } = shelf) {
    const { room, whom } = oldest;
    expect(shelf.find(room.of, whom)).toBe(oldest);
    places.push(placeOf(oldest));
    shelf.remove(oldest);
    expect(shelf.find(room.of, whom)).toBeUndefined();
  }
  return places;
}

describe('a shelf', () => {
  it('has what a map has in which what is written is set anew, and tells what has changed of it', () => {
    assert(
      property(array(step, { maxLength: 60 }), (steps) => {
        const shelf = new Shelf();
        const [cells, changed] = [new Map<string, PeriodCell>(), new Set<string>()];
        for (const one of steps) {
          if (one.does === 'touchAll') {
            shelf.touchAll();
            for (const place of cells.keys()) changed.add(place);
          } else if (one.does === 'take') {
            for (let i = 0; i < one.count; i++) {
              const held = shelf.takeChanged();
              expect(held !== undefined).toBe(changed.size > 0);
              if (held !== undefined) expect(changed.delete(placeOf(held))).toBe(true);
            }
          } else if (one.does === 'next') {
            for (let i = 0; i < one.count; i++) {
              const held = shelf.next();
              expect(held !== undefined && cells.get(placeOf(held))).toBe(cells.size > 0 && held?.cell);
            }
          } else {
            const { does, of, whom } = one;
            const place = `${of} ${whom}`;
            if (does === 'remove') {
              const held = shelf.find(of, whom);
              if (held !== undefined) shelf.remove(held);
              changed.delete(place);
            } else expect(shelf[does](of, whom, new PeriodCell())).toBe(shelf.find(of, whom));
            cells.delete(place);
            const cell = shelf.find(of, whom)?.cell;
            if (cell instanceof PeriodCell) cells.set(place, cell);
            if (does === 'put') changed.add(place);
          }
          expect([shelf.size, shelf.changed]).toEqual([cells.size, changed.size]);
        }
        expect(all(shelf)).toEqual([...cells.keys()]);
        expect([shelf.size, shelf.bytes, shelf.changed]).toEqual([0, 0, 0]);
      }),
      { numRuns: 1000 },
    );
  });

  it('tells what has changed first first', () => {
    const shelf = new Shelf();
    for (const whom of ['ada', 'bob', 'cleo', 'ada']) shelf.put('rate', whom, new PeriodCell());
    const told = Array.from({ length: 4 }, () => shelf.takeChanged()?.whom);
    expect(told).toEqual(['bob', 'cleo', 'ada', undefined]);
  });

  it('goes on where it stopped, past what was moved or taken away in between', () => {
    const shelf = new Shelf();
    const [ada, bob, cleo, dan] = ['ada', 'bob', 'cleo', 'dan'].map((whom) =>
      shelf.put('rate', whom, new PeriodCell()),
    );
    expect(shelf.next()).toBe(ada);
    shelf.put('rate', 'bob', new PeriodCell());
    if (cleo !== undefined) shelf.remove(cleo);
    expect([shelf.next(), shelf.next(), shelf.next()]).toEqual([dan, bob, ada]);
  });
});
