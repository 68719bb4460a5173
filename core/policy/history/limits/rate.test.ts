import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../../testing/gen.ts';
import { Timeline } from '../testing/timeline.ts';

const under = (calls: number) => new Timeline(policyOf(pack({ limits: { rate: [{ calls, window: '7s' }] } })));

/** A clock that stands still, goes on, jumps, and goes back. */
const steps = fc.array(fc.integer({ min: -5000, max: 9000 }), { minLength: 1, maxLength: 120 });

describe('a rate, whatever the clock does', () => {
  const windowMs = 7000;

  it('never more than the limit is sent in any stretch of its window', { tags: ['limits'] }, () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (moves, calls) => {
        const timeline = under(calls);
        // A clock that goes back is one that stands still to the store, and so to what is promised.
        let latest = -Infinity;
        const sent: number[] = [];
        for (const ms of moves) {
          timeline.after(ms);
          latest = Math.max(latest, timeline.now);
          if (timeline.passes()) sent.push(latest);
        }
        for (const end of sent) {
          const inWindow = sent.filter((at) => at > end - windowMs && at <= end).length;
          expect(inWindow).toBeLessThanOrEqual(calls);
        }
      }),
    );
  });

  it('and what a reference that keeps everything would let through a sixteenth later, passes', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 6 }), (moves, calls) => {
        const timeline = under(calls);
        let latest = -Infinity;
        const sent: number[] = [];
        for (const ms of moves) {
          timeline.after(ms);
          latest = Math.max(latest, timeline.now);
          const passes = timeline.passes();
          const longer = sent.filter((at) => at > latest - windowMs * (1 + 1 / 16)).length;
          if (longer < calls) expect(passes).toBe(true);
          if (passes) sent.push(latest);
        }
      }),
    );
  });

  it('who waits as long as they are told passes, if nobody else calls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 40 }), (moves) => {
        const timeline = under(3);
        for (const ms of moves) timeline.after(ms).passes();
        const { against } = timeline.call();
        if (against.length === 0) return;
        const retryMs = against[0]?.limited?.retryMs ?? expect.fail();
        expect(timeline.after(retryMs).passes()).toBe(true);
      }),
    );
  });
});
