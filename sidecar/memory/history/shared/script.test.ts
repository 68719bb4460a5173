/** The script says what the pure store says: random operations at random times, on the real servers that are installed here. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Op, Wanted } from '../../../../core/history/ops.ts';
import { HistoryStore } from '../../../../core/history/store.ts';
import { StoreServer, storePrograms } from '../../../../test/support/store-server.ts';
import { openLink } from './link.ts';
import type { Link } from './store-link.ts';
import { argumentsOf, keysOf, outcomeIn } from './words.ts';

const NAMES = ['a', 'b'];
const name = fc.constantFrom(...NAMES);
/** A rule keeps one kind of thing at a place. */
const at = (kind: string) => ({ of: name.map((one) => `${kind} ${one}`), whom: name });
const amount = fc.constantFrom(0, 1, 2, 5, 0.5, 0.1);
const limit = fc.constantFrom(undefined, 0, 1, 3, 10);

const print = fc.constantFrom(1, 2, 3, 281_474_976_710_655);

const anyOp = (start: number): fc.Arbitrary<Op> =>
  fc.oneof(
    fc.record({ kind: fc.constant('window' as const), ...at('w'), windowMs: fc.constant(1_000), limit, add: amount }),
    fc.record({
      ...{ kind: fc.constant('period' as const), ...at('p'), limit, add: amount },
      endsAt: fc.constantFrom(start + 1_500, start + 90_000_000),
    }),
    fc.record({
      kind: fc.constant('lease' as const),
      ...at('l'),
      id: name,
      limit: fc.constantFrom(1, 2),
      forMs: fc.constantFrom(300, 2_000),
    }),
    fc.record({
      ...{ kind: fc.constant('prints' as const), ...at('f'), as: fc.constantFrom('Seen' as const, 'Sent' as const) },
      prints: fc.uniqueArray(print, { maxLength: 4 }),
      ...{ isAll: fc.constantFrom(true, true, false), forMs: fc.constantFrom(500, 3_000), note: name },
    }),
    fc.record({
      ...{ kind: fc.constant('printed' as const), ...at('f'), prints: fc.uniqueArray(print, { maxLength: 4 }) },
      ...{ isAll: fc.constantFrom(true, true, false), withinMs: fc.constantFrom(300, 5_000) },
    }),
    fc.record({
      ...{ kind: fc.constant('keep' as const), ...at('k'), text: fc.string({ maxLength: 8 }), most: fc.constant(2) },
      forMs: fc.constantFrom(500, 3_000),
    }),
    fc.record({ kind: fc.constant('kept' as const), ...at('k'), withinMs: fc.constantFrom(300, 5_000) }),
    fc.record({
      ...{ kind: fc.constant('points' as const), ...at('r'), halfLifeMs: fc.constantFrom(1_000, 400) },
      add: fc.array(fc.record({ points: fc.constantFrom(0, 1, 5), why: fc.constantFrom('a', 'first use of "x"') }), {
        maxLength: 2,
      }),
      below: fc.constantFrom(undefined, 3, 8),
    }),
    fc.record({
      ...{ kind: fc.constant('average' as const), ...at('a'), value: fc.constantFrom(0, 1, 7, 0.5) },
      ...{ everyMs: fc.constantFrom(0, 100), forMs: fc.constantFrom(500, 3_000) },
    }),
    fc.record({ kind: fc.constant('clear' as const), ...at('w') }),
    fc.record({ kind: fc.constant('unmark' as const), ...at('m') }),
    fc.record({ kind: fc.constant('release' as const), ...at('l'), id: name }),
    fc.record({
      ...{ kind: fc.constant('mark' as const), ...at('m'), forMs: fc.constant(3_000), note: fc.constant('u') },
      unlessHolds: fc.constant(true as const),
    }),
    fc.record({
      ...{ kind: fc.constant('mark' as const), ...at('m'), forMs: fc.constantFrom(500, 3_000) },
      note: fc.string({ maxLength: 8, unit: 'grapheme' }),
      agoMs: fc.constantFrom(0, 400),
    }),
    fc.record({
      ...{ kind: fc.constant('whether' as const), ...at('m'), withinMs: fc.constantFrom(200, 1_000) },
      want: fc.constantFrom('Has' as const, 'HasNot' as const),
    }),
  );

function withOtherWindow({ op: said, isAsked }: Wanted): Wanted {
  return { op: said.kind === 'window' ? { ...said, windowMs: 700 } : said, isAsked };
}

const steps = (start: number) =>
  fc.array(
    fc.record({
      passes: fc.constantFrom(0, 1, 40, 63, 300, 1_100),
      how: fc.constantFrom('Ask' as const, 'Take' as const, 'Take' as const),
      wanted: fc.array(fc.record({ op: anyOp(start), isAsked: fc.boolean() }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 25 },
  );

describe.each(storePrograms())('%s', (program) => {
  let server: StoreServer;
  let link: Link;
  let run = 0;

  beforeAll(async () => {
    server = await StoreServer.start(program);
    const to = { host: '127.0.0.1', port: server.port, tls: false, ca: null, database: 0, username: null };
    link = await openLink({ to, password: undefined, timeoutMs: 5_000, onEnd: () => {} });
  });
  afterAll(async () => {
    link.close();
    await server.close();
  });

  it('agrees with the pure store', { timeout: 120_000 }, async () => {
    // Ahead of its clock, since what is over by that it forgets by itself.
    const start = Date.now() + 3_600_000;
    await fc.assert(
      fc.asyncProperty(steps(start), async (all) => {
        const [store, scope] = [new HistoryStore(), { namespace: 'finance', name: `run-${run++}` }];
        let now = start;
        for (const [i, { passes, how, wanted: said }] of all.entries()) {
          now += passes;
          // Once in a while a rule gets another window.
          const wanted = said.map((one) => (i < all.length / 2 ? one : withOtherWindow(one)));
          const here = store.apply(wanted, how, now);
          const reply = await link.run(keysOf(wanted, scope), argumentsOf(wanted, how, now));
          expect(outcomeIn(reply, wanted)).toEqual(here);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('agrees on more prints than are kept', { timeout: 60_000 }, async () => {
    const [store, scope] = [new HistoryStore(), { namespace: 'finance', name: 'prints' }];
    const kept = { of: 'r', whom: 'w' };
    const range = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => 281_474_976_000_000 + from + i);
    let now = Date.now() + 3_600_000;
    const both = async (op: Op): Promise<unknown> => {
      const wanted = [{ op, isAsked: false }];
      now += 10;
      const here = store.apply(wanted, 'Take', now);
      expect(outcomeIn(await link.run(keysOf(wanted, scope), argumentsOf(wanted, 'Take', now)), wanted)).toEqual(here);
      return here.seen[0];
    };
    const prints = (as: 'Seen' | 'Sent', from: number, count: number): Promise<unknown> =>
      both({ kind: 'prints', ...kept, as, prints: range(from, count), isAll: true, forMs: 900_000, note: `n${from}` });
    const printed = (from: number): Promise<unknown> =>
      both({ kind: 'printed', ...kept, prints: range(from, 3), isAll: true, withinMs: 900_000 });
    await prints('Sent', 0, 5_000);
    for (let from = 1_000; from < 20_000; from += 250) await prints('Seen', from, 251);
    await prints('Sent', 19_000, 2_000);
    for (const from of [0, 1_000, 2_000, 5_000, 10_000, 19_000, 20_500]) await printed(from);
    expect(await printed(10_000)).toMatchObject({ last: { count: 3 } });
  });

  it('goes by its own clock, and keeps nothing for ever', async () => {
    const scope = { namespace: 'finance', name: 'expiry' };
    const kept = { of: 'r', whom: 'w' };
    const wanted: readonly Wanted[] = [
      { op: { kind: 'window', ...kept, windowMs: 1_000, limit: 1, add: 1 }, isAsked: true },
      { op: { kind: 'period', ...kept, endsAt: Date.now() + 1_000, limit: 1, add: 1 }, isAsked: true },
      { op: { kind: 'lease', ...kept, id: 'i', limit: 1, forMs: 1_000 }, isAsked: true },
      { op: { kind: 'mark', ...kept, forMs: 1_000, note: 'n' }, isAsked: true },
    ];
    const keys = keysOf(wanted, scope);
    const take = async () => outcomeIn(await link.run(keys, argumentsOf(wanted, 'Take')), wanted);
    expect(await take()).toMatchObject({ holds: true });
    expect(await take()).toMatchObject({ holds: false, seen: [{ sum: 1 }, { sum: 1 }, { holds: true }, {}] });
    for (const key of keys) expect(Number(server.ask(['PTTL', key]))).toBeGreaterThan(0);
  });

  it('is run again where the store has forgotten it', async () => {
    server.ask(['SCRIPT', 'FLUSH']);
    const wanted: readonly Wanted[] = [{ op: { kind: 'release', of: 'r', whom: 'w', id: 'i' }, isAsked: false }];
    const reply = await link.run(keysOf(wanted, { namespace: 'n', name: 's' }), argumentsOf(wanted, 'Take'));
    expect(outcomeIn(reply, wanted)).toEqual({ holds: true, seen: [{ kind: 'done', holds: true }] });
  });
});
