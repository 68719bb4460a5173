import { beforeEach, describe, expect, it } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { PlainResult } from '../../../core/mcp/plain-result.ts';
import type { CachePlan } from '../../../core/policy/cache/cache-plans.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { ByteBudget } from '../byte-budget.ts';
import { ResultStore, type Ticket } from './result-store.ts';

let clock: FakeClock;
let store: ResultStore;
beforeEach(() => {
  clock = new FakeClock();
  store = new ResultStore(clock, { fits: () => true });
});

const entry = (id: string, maxBytes = 1024 * 1024) => ({
  ...{ id, tools: [], clearedBy: [], ttlMs: 60_000, by: 'principal' as const, maxBytes, trustNames: false },
});
const plan = (about: Partial<CachePlan> = {}): CachePlan => ({
  ...{ entries: [entry('a')], ttlMs: 60_000, perPrincipal: true, maxResultBytes: 1024 },
  ...{ trustsNames: false, isShadow: false, ...about },
});
const resultOf = (about: object = {}): PlainResult =>
  PlainResult.of(JsonView.of(Buffer.from(JSON.stringify({ content: [], ...about }))) ?? expect.fail(), 2e6) ??
  expect.fail();
const ticket = (key: string, about?: Partial<CachePlan>): Ticket =>
  store.ticket({ key, tool: 'get', place: '', plan: plan(about) }) ?? expect.fail('none');
const keep = (key: string, about?: Partial<CachePlan>, result = resultOf()): void =>
  store.keep(ticket(key, about), result);
const has = (...keys: string[]): boolean[] => keys.map((key) => store.find(key) !== undefined);

describe('what is kept', () => {
  it('is found by its key until its time is over', () => {
    keep('k');
    clock.advance(59_999);
    expect(has('k', 'other')).toEqual([true, false]);
    clock.advance(1);
    expect([has('k'), store.size, store.bytes]).toEqual([[false], 0, 0]);
  });

  it('holds no longer than its server says, and not at all where that is no time', () => {
    keep('k', {}, resultOf({ ttlMs: 10 }));
    keep('never', {}, resultOf({ ttlMs: 0 }));
    clock.advance(10);
    expect(has('k', 'never')).toEqual([false, false]);
  });

  it('is not for everyone where its server says that it is for one', () => {
    keep('k', { perPrincipal: false }, resultOf({ cacheScope: 'private' }));
    keep('own', { perPrincipal: true }, resultOf({ cacheScope: 'private' }));
    expect(has('k', 'own')).toEqual([false, true]);
  });

  it('of a pack in shadow is its place and nothing else', () => {
    keep('k', { isShadow: true }, resultOf({ structuredContent: 'x'.repeat(10_000) }));
    expect(store.find('k')).toMatchObject({ result: undefined });
    expect(store.bytes).toBeLessThan(2_000);
  });

  it('takes the place of what was there', () => {
    keep('k');
    const before = store.bytes;
    keep('k');
    expect([store.size, store.bytes]).toEqual([1, before]);
  });

  it('is let go when its time is over, though nobody asks', () => {
    keep('k');
    clock.advance(120_000);
    keep('other');
    expect(store.size).toBe(1);
  });
});

describe('room', () => {
  it('of an entry is for what was asked for last', () => {
    const small = { entries: [entry('a', 3 * 1100)] };
    for (const key of ['1', '2', '3']) keep(key, small);
    store.find('1');
    keep('4', small);
    keep('of another', { entries: [entry('b')] });
    expect(has('1', '2', '3', '4', 'of another')).toEqual([true, false, true, true, true]);
  });

  it('is not made for what is larger than all of it', () => {
    const small = { entries: [entry('a', 2_000)] };
    keep('1', small);
    keep('large', small, resultOf({ structuredContent: 'x'.repeat(2_000) }));
    expect(has('1', 'large')).toEqual([true, false]);
  });

  it('is that of the gate, counted there, and given back when others wait', async () => {
    const budget = new ByteBudget(32 * 1024 * 1024);
    store = new ResultStore(clock, budget.lease('results'));
    budget.onShort = () => store.giveBack();
    const large = resultOf({ structuredContent: 'x'.repeat(1024 * 1024) });
    for (let i = 0; i < 32; i++) keep(`k${i}`, { entries: [entry('a', 256 * 1024 * 1024)] }, large);
    // One owner alone has half of what there is, at most.
    expect([store.bytes <= budget.large.total / 2, store.size > 2, budget.used]).toEqual([true, true, store.bytes]);
    const body = budget.lease('ada');
    const hasRoom = await new Promise<boolean>((resolve) => {
      body.wait(budget.large.total / 2, 1_000, resolve);
    });
    expect([hasRoom, store.size, store.bytes]).toEqual([true, 0, 0]);
    body.release();
    expect(budget.used).toBe(0);
  });

  it('that is not there is not taken, and what was kept is let go first', () => {
    let most = 10_000;
    store = new ResultStore(clock, { fits: (bytes) => bytes <= most });
    keep('1');
    most = 500;
    keep('2');
    expect([has('1', '2'), store.bytes]).toEqual([[false, false], 0]);
  });
});

describe('what is cleared', () => {
  const both = { entries: [entry('a'), entry('b')] };

  it('is everything of the entry, and nothing of others', () => {
    keep('a');
    keep('both', both);
    keep('b', { entries: [entry('b')] });
    store.clear(['a']);
    expect(has('a', 'both', 'b')).toEqual([false, false, true]);
  });

  it('is what was asked for before and answered after', () => {
    const [late, other] = [ticket('late', both), ticket('other', { entries: [entry('c')] })];
    store.clear(['b']);
    store.keep(late, resultOf());
    store.keep(other, resultOf());
    expect(has('late', 'other')).toEqual([false, true]);
  });

  it('is all of it for another policy, and for a list that has changed', () => {
    store.follow('1');
    keep('k');
    store.follow('1');
    expect(has('k')).toEqual([true]);
    const late = ticket('late');
    store.follow('2');
    store.keep(late, resultOf());
    expect(has('k', 'late')).toEqual([false, false]);
  });

  it('is what its tool said, where that is another one now, at that port', () => {
    keep('k');
    store.clearTool('admin', 'get');
    store.clearTool('', 'other');
    expect(has('k')).toEqual([true]);
    store.clearTool('', 'get');
    expect(has('k')).toEqual([false]);
  });

  it('neither answers nor is kept while what clears it is under way', () => {
    keep('k');
    const [first, second] = [store.beginClearing(['a']), store.beginClearing(['a', 'b'])];
    const of = { key: 'k', tool: 'get', place: '', plan: plan() };
    expect([has('k'), store.ticket(of)]).toEqual([[false], undefined]);
    first();
    first();
    expect(store.ticket(of)).toBeUndefined();
    second();
    expect(store.ticket(of)).toBeDefined();
  });

  it('is all of it where the policy changed while what clears it was under way', () => {
    const end = store.beginClearing(['a']);
    store.follow('2');
    keep('k', { entries: [entry('renamed')] });
    end();
    expect(has('k')).toEqual([false]);
  });
});

it('a ticket is good once, and not when it was spoiled', () => {
  const [good, spoiled] = [ticket('a'), ticket('b')];
  spoiled.spoil();
  expect([good.redeem(), good.redeem(), spoiled.redeem()]).toEqual([true, false, false]);
});
