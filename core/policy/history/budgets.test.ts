import * as fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { periodAt } from '../../calendar.ts';
import { HistoryStore } from '../../history/store.ts';
import { JsonView } from '../../mcp/json-view.ts';
import { ada, pack, policyOf, tool } from '../testing/gen.ts';
import type { Principal } from '../principal.ts';
import type { HistoryEvent, Judged, Part, Spent } from './rule.ts';

type Budget = NonNullable<NonNullable<Parameters<typeof pack>[0]['limits']>['budget']>[number];

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 30, 12);
const eve: Principal = { kind: 'token', name: 'eve', groups: ['treasury', 'audit'] };

/** One gate with one budget, asked as the path of a call asks. */
class Bench {
  readonly #rules;
  readonly store = new HistoryStore();
  now = NOON;

  constructor(budget: Budget, mode: 'Enforce' | 'Shadow' = 'Enforce') {
    this.#rules = policyOf(pack({ mode, limits: { budget: [budget] } })).history;
  }

  part(name = 't', args: object = {}, principal = ada, more: Partial<HistoryEvent> = {}): Part | undefined {
    const event: HistoryEvent = {
      ...{ principal, session: undefined, server: 'finance/ledger', target: tool(name), labels: [] },
      ...{
        labelsInShadow: [],
        secret: Buffer.alloc(32),
        args: JsonView.of(Buffer.from(JSON.stringify(args))),
        argumentsHmac: undefined,
      },
      ...{ verdict: undefined, now: this.now, moment: { now: this.now, session: undefined }, id: 'a', ...more },
    };
    return this.#rules?.about(event)[0];
  }

  /** Undefined: it passes, and is counted. */
  call(name = 't', args: object = {}, principal = ada, more: Partial<HistoryEvent> = {}): Judged | undefined {
    const part = this.part(name, args, principal, more);
    if (part === undefined) return undefined;
    const outcome = this.store.apply(part.ops, 'Take', this.now);
    return part.judge(outcome.seen, this.now);
  }

  passes(...said: Parameters<Bench['call']>): boolean {
    return this.call(...said) === undefined;
  }

  sentence(...said: Parameters<Bench['call']>): string | undefined {
    return this.call(...said)?.verdict.causes[0]?.detail;
  }
}

it('reads the arguments once, for however many budgets that reckon with them', () => {
  const costs = [{ tools: ['*'], cost: 'double(arguments.count) * 2.0' }];
  const budget = Array.from({ length: 8 }, (_, i): Budget => ({ name: `b${i}`, credits: 10, window: '24h', costs }));
  const args = JsonView.of(Buffer.from('{"count":2,"more":[1]}')) ?? expect.fail();
  const value = vi.spyOn(args, 'value');
  const event = { principal: ada, session: undefined, server: 's', target: tool('t'), labels: [], labelsInShadow: [] };
  const rest = { args, secret: Buffer.alloc(32), argumentsHmac: undefined, verdict: undefined, now: NOON, id: 'a' };
  const parts = policyOf(pack({ limits: { budget } })).history?.about({ ...event, ...rest }) ?? [];
  expect(parts.map(({ ops }) => ops[0]?.op)).toEqual(
    Array.from({ length: 8 }, () => expect.objectContaining({ add: 4000 })),
  );
  expect(value).toHaveBeenCalledTimes(2);
});

const DAY: Budget = { name: 'day', credits: 10, window: '24h' };

describe('a budget', () => {
  it('lets calls through until it is used up, and says so with a time', () => {
    const bench = new Bench(DAY);
    for (let i = 0; i < 10; i++) expect(bench.passes()).toBe(true);
    const judged = bench.call();
    expect(judged?.verdict).toMatchObject({ effect: 'Deny', rules: ['finance/pack#day'] });
    expect(judged?.verdict.causes[0]?.detail).toBe(
      'which costs 1 credit, and the 10 credits of a day for each principal are used up. There is room for it again in 26 hours, at 2026-12-01T13:30:00Z.',
    );
    expect(judged?.limited).toMatchObject({ policy: 'finance/pack#day', limit: 10, unit: 'credits', remaining: 0 });
    expect(bench.passes('t', {}, eve)).toBe(true);
  });

  it('has room again when the window has moved on', () => {
    const bench = new Bench({ ...DAY, credits: 1 });
    expect([bench.passes(), bench.passes()]).toEqual([true, false]);
    bench.now += 24 * HOUR;
    expect(bench.passes()).toBe(false);
    bench.now += 1.5 * HOUR;
    expect(bench.passes()).toBe(true);
  });

  it('begins anew at the end of a day of its time zone', () => {
    const bench = new Bench({ name: 'day', credits: 1, every: 'Day', timeZone: 'Asia/Tokyo' });
    bench.now = Date.parse('2026-11-30T14:59:00Z');
    expect(bench.passes()).toBe(true);
    expect(bench.sentence()).toBe(
      'which costs 1 credit, and the 1 credit of a day of the calendar (Asia/Tokyo) for each principal are used up. There is room for it again in 60 seconds, at 15:00:00Z.',
    );
    bench.now += 60_000;
    expect([bench.passes(), bench.passes()]).toEqual([true, false]);
  });

  it('is about the tools and the callers that it names, and about nothing but tools', () => {
    const bench = new Bench({ ...DAY, credits: 1, tools: ['export_*'], principals: { names: ['ada'] } });
    expect(bench.part('export_all')).toBeDefined();
    expect(bench.part('read')).toBeUndefined();
    expect(bench.part('export_all', {}, eve)).toBeUndefined();
    expect(
      bench.part('x', {}, ada, { target: { kind: 'prompt', name: 'export_all', args: undefined } }),
    ).toBeUndefined();
  });

  it('counts a caller of several groups in each, and none of a group that has nothing left', () => {
    const bench = new Bench({ ...DAY, credits: 2, per: ['group'] });
    expect([bench.passes('t', {}, eve), bench.passes()]).toEqual([true, true]);
    // All of treasury is spent, one of audit is left.
    expect(bench.passes('t', {}, eve)).toBe(false);
    expect(bench.passes('t', {}, { ...eve, groups: ['audit'] })).toBe(true);
  });

  it('holds for a person where it says so', () => {
    const bench = new Bench({ ...DAY, credits: 1, effect: 'RequireApproval', reason: 'ask the owner' });
    bench.call();
    const verdict = bench.call()?.verdict;
    expect(verdict).toMatchObject({ effect: 'RequireApproval', obligations: { approval: { expiresMs: 900_000 } } });
    expect(verdict?.causes[0]?.detail).toContain('used up (ask the owner).');
  });

  it('only records in shadow', () => {
    expect(new Bench(DAY, 'Shadow').part()?.shadow).toBe(true);
    expect(new Bench({ ...DAY, mode: 'Shadow' }).part()?.shadow).toBe(true);
    expect(new Bench(DAY).part()?.shadow).toBe(false);
  });
});

describe('what a call costs', () => {
  const costs: Budget['costs'] = [
    { tools: ['export_*'], credits: 5 },
    { tools: ['export_all', 'list'], cost: 'double(arguments.count) * 2.0' },
    { tools: ['free'], credits: 0 },
    { tools: ['small'], credits: 0.0001 },
  ];

  test.each<[name: string, args: object, left: number]>([
    ['t', {}, 9],
    ['export_one', {}, 5],
    ['export_all', { count: 1 }, 5],
    ['export_all', { count: 4 }, 2],
    ['list', { count: 0.5 }, 9],
    ['small', {}, 9.999],
  ])('of %s with %j leaves %d of 10', (name, args, left) => {
    const bench = new Bench({ ...DAY, costs });
    const part = bench.part(name, args) ?? expect.fail();
    expect(part.left?.(bench.store.apply(part.ops, 'Take', bench.now).seen)).toMatchObject([{ remaining: left }]);
  });

  it('is nothing where it says so', () => {
    expect(new Bench({ ...DAY, costs }).part('free')).toBeUndefined();
  });

  test.each([
    [{}, 'argument "count": It is missing. Call again with it.'],
    [{ count: -1 }, 'What is reckoned comes to -2, where nothing below 0 can be counted.'],
    [{ count: 1e300 }, 'What it costs comes to more than can be counted. Call again for less.'],
  ])('of %j nobody can tell, so it is refused', (args, why) => {
    const judged = new Bench({ ...DAY, effect: 'RequireApproval', costs }).call('list', args);
    expect(judged?.verdict).toMatchObject({ effect: 'Deny', rules: ['finance/pack#day'] });
    expect(judged?.verdict.causes[0]?.detail).toBe(`since it cannot be told what it costs: ${why}`);
  });

  it('is more than there ever is: no waiting helps', () => {
    const judged = new Bench({ ...DAY, costs }).call('list', { count: 6 });
    expect(judged?.limited?.retryMs).toBeUndefined();
    expect(judged?.verdict.causes[0]?.detail).toBe(
      'which costs 12 credits, more than the 10 credits of a day for each principal that may be spent at all. Ask for less in one call.',
    );
  });

  it('is more with the size of its result, which is added whatever is left', () => {
    const bench = new Bench({ ...DAY, costs: [{ tools: ['*'], credits: 1, perKiB: 0.5 }] });
    const part = bench.part() ?? expect.fail();
    const taken = bench.store.apply(part.ops, 'Take', bench.now);
    const answer = { ok: true, bytes: 30 * 1024, result: undefined, now: bench.now };
    const added = bench.store.apply(part.onAnswer?.(answer) ?? [], 'Take', bench.now);
    expect([part.onWritten?.(taken.seen)?.milli, part.onAnswerWritten?.(added.seen, answer)?.milli]).toEqual([
      1000, 15_000,
    ]);
    expect(bench.passes()).toBe(false);
    expect(part.onAnswer?.({ ...answer, bytes: 0 })).toEqual([]);
  });
});

describe('who is told', () => {
  it('hears once of each part that is spent, of several at once of the highest', () => {
    const bench = new Bench({ ...DAY, warnAt: [50, 80, 100], costs: [{ tools: ['two'], credits: 2 }] });
    const spent = (name = 't'): Spent['reached'] => {
      const part = bench.part(name) ?? expect.fail();
      return part.onWritten?.(bench.store.apply(part.ops, 'Take', bench.now).seen)?.reached;
    };
    const percents = [...Array.from({ length: 6 }, () => spent()), spent('two'), spent('two')].map(
      (one) => one?.percent,
    );
    expect(percents).toEqual([undefined, undefined, undefined, undefined, 50, undefined, 80, 100]);
  });
});

describe('against a reference that keeps everything', () => {
  const steps = fc.array(
    fc.record({ afterMs: fc.integer({ min: -2 * HOUR, max: 9 * HOUR }), cost: fc.integer({ min: 1, max: 6 }) }),
    { minLength: 1, maxLength: 40 },
  );
  const costs: Budget['costs'] = [{ tools: ['*'], cost: 'arguments.n' }];

  test('no window of its length holds more than the budget, whatever the clock does', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const bench = new Bench({ ...DAY, costs });
        const passed: { readonly at: number; readonly cost: number }[] = [];
        let latest = 0;
        for (const { afterMs, cost } of all) {
          bench.now += afterMs;
          latest = Math.max(latest, bench.now);
          if (bench.passes('t', { n: cost })) passed.push({ at: latest, cost });
        }
        for (const { at } of passed) {
          const within = passed.filter((one) => one.at > at - 24 * HOUR && one.at <= at);
          expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  test.each(['Europe/Berlin', 'America/Havana', 'Africa/Cairo'])(
    'each day of the calendar in %s has exactly what it has, whatever the clock does',
    (timeZone) => {
      fc.assert(
        fc.property(
          steps,
          fc.constantFrom('2026-03-06', '2026-03-27', '2026-04-22', '2026-10-23', '2026-10-30'),
          (all, from) => {
            const bench = new Bench({ name: 'day', credits: 10, every: 'Day', timeZone, costs });
            bench.now = Date.parse(from);
            const spent = new Map<number, number>();
            let latest = 0;
            for (const { afterMs, cost } of all) {
              bench.now += afterMs;
              latest = Math.max(latest, bench.now);
              const day = periodAt('Day', timeZone, latest).startsAt;
              const before = spent.get(day) ?? 0;
              const passes = before + cost <= 10;
              expect(bench.passes('t', { n: cost })).toBe(passes);
              if (passes) spent.set(day, before + cost);
            }
          },
        ),
        { numRuns: 30 },
      );
    },
  );
});
