import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from './testing/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

function make(): { queue: WorkQueue; clock: FakeClock } {
  const clock = new FakeClock();
  return { clock, queue: new WorkQueue({ clock }) };
}

/** What a worker gets at once; undefined when it would have to wait. */
async function taken(queue: WorkQueue): Promise<string | undefined> {
  return queue.length === 0 ? undefined : queue.get();
}

describe('WorkQueue', () => {
  it('hands out keys in the order they came', async () => {
    const { queue } = make();
    queue.add('a');
    queue.add('b');
    expect([await queue.get(), await queue.get()]).toEqual(['a', 'b']);
  });

  it('holds a key once, however often it is added', async () => {
    const { queue } = make();
    for (let i = 0; i < 5; i += 1) queue.add('a');
    expect(await queue.get()).toBe('a');
    expect(queue.length).toBe(0);
  });

  it('gives a key that is added during its work to nobody before it is done, and then once', async () => {
    const { queue } = make();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(await queue.get()).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('wakes the worker that has waited longest', async () => {
    const { queue } = make();
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  });

  it.each([
    { name: 'the earlier of two delays when it comes second', delays: [500, 100], due: 100 },
    { name: 'the earlier of two delays when it comes first', delays: [100, 500], due: 100 },
    { name: 'no delay for zero', delays: [0], due: 0 },
    { name: 'no delay for a time that is over', delays: [-5], due: 0 },
  ])('keeps $name', async ({ delays, due }) => {
    const { queue, clock } = make();
    for (const delay of delays) queue.addAfter('a', delay);
    await clock.advance(due - 1);
    expect(queue.length).toBe(due === 0 ? 1 : 0);
    await clock.advance(1);
    expect(await taken(queue)).toBe('a');
    queue.done('a');
    await clock.advance(10_000);
    expect(queue.length).toBe(0);
  });

  it('doubles the wait of a key that keeps failing, up to five minutes, and begins anew after forget', async () => {
    const { queue, clock } = make();
    const waits: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      queue.addRateLimited('a');
      const began = clock.monotonic();
      const got = queue.get();
      while (clock.pending > 0) await clock.advance(5);
      waits.push(clock.monotonic() - began);
      await got;
      queue.done('a');
    }
    expect(waits.slice(0, 6)).toEqual([5, 10, 20, 40, 80, 160]);
    expect(waits.at(-1)).toBe(300_000);
    expect(queue.retriesOf('a')).toBe(20);
    queue.forget('a');
    queue.addRateLimited('a');
    await clock.advance(5);
    expect(queue.length).toBe(1);
  });

  it('spreads many failing keys to ten a second once the burst of a hundred is used', async () => {
    const { queue, clock } = make();
    for (let i = 0; i < 120; i += 1) queue.addRateLimited(`key-${i}`);
    await clock.advance(5);
    expect(queue.length).toBe(100);
    await clock.advance(995);
    expect(queue.length).toBe(110);
    await clock.advance(1_000);
    expect(queue.length).toBe(120);
  });

  it('after the shutdown takes nothing, drops what is delayed, hands out what waits and then ends its workers', async () => {
    const { queue, clock } = make();
    queue.add('waits');
    queue.addAfter('delayed', 10);
    queue.shutDown();
    queue.add('late');
    queue.addAfter('late', 0);
    queue.addRateLimited('late');
    expect(await queue.get()).toBe('waits');
    expect(await queue.get()).toBeUndefined();
    queue.done('waits');
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    expect(await queue.get()).toBeUndefined();
  });

  it('hands out what was added during its work even when the shutdown came in between', async () => {
    const { queue } = make();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.shutDown();
    queue.done('a');
    expect(await queue.get()).toBe('a');
  });

  it('lets workers go that wait at the shutdown', async () => {
    const { queue } = make();
    const waiting = [queue.get(), queue.get()];
    queue.shutDown();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
  });

  type Step =
    | { readonly kind: 'add' | 'retry'; readonly key: string }
    | { readonly kind: 'later'; readonly key: string; readonly ms: number }
    | { readonly kind: 'take' }
    | { readonly kind: 'done'; readonly which: number }
    | { readonly kind: 'advance'; readonly ms: number };

  const key = fc.constantFrom('a', 'b', 'c');
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), key }),
    fc.record({ kind: fc.constant('retry' as const), key }),
    fc.record({ kind: fc.constant('later' as const), key, ms: fc.nat(1000) }),
    fc.record({ kind: fc.constant('take' as const) }),
    fc.record({ kind: fc.constant('done' as const), which: fc.nat(5) }),
    fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(2000) }),
  );

  it('never gives a key to two workers and loses none, whatever the order of things', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { queue, clock } = make();
        const working: string[] = [];
        /** Asked for since a worker last began with it: must be taken once more. */
        const owed = new Set<string>();
        const take = async (): Promise<void> => {
          const got = await taken(queue);
          if (got === undefined) return;
          expect(working).not.toContain(got);
          working.push(got);
          owed.delete(got);
        };
        for (const next of steps) {
          if (next.kind === 'add') queue.add(next.key);
          if (next.kind === 'retry') queue.addRateLimited(next.key);
          if (next.kind === 'later') queue.addAfter(next.key, next.ms);
          if ('key' in next) owed.add(next.key);
          if (next.kind === 'take') await take();
          if (next.kind === 'done') for (const one of working.splice(next.which, 1)) queue.done(one);
          if (next.kind === 'advance') await clock.advance(next.ms);
        }
        for (const one of working.splice(0)) queue.done(one);
        await clock.advance(600_000);
        while (queue.length > 0) {
          await take();
          for (const one of working.splice(0)) queue.done(one);
        }
        expect([...owed]).toEqual([]);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
