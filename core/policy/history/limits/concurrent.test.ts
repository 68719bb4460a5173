import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../../testing/gen.ts';
import { Timeline } from '../testing/timeline.ts';

const under = (calls: number) => new Timeline(policyOf(pack({ limits: { concurrent: [{ calls }] } })));

describe('calls at once', () => {
  it('have their place until they end, however they do', () => {
    const timeline = under(2);
    const [first, second] = [timeline.call(), timeline.call()];
    expect([first.left, second.left].map(([one]) => one?.remaining)).toEqual([1, 0]);
    expect(timeline.passes()).toBe(false);
    second.ends({ reason: 'upstream-broken' });
    expect(timeline.passes()).toBe(true);
    first.ends({ refused: true });
  });

  it('of a gate that was killed have one for a minute', () => {
    const timeline = under(1);
    timeline.call();
    expect(timeline.after(59_999).passes()).toBe(false);
    expect(timeline.after(1).passes()).toBe(true);
  });
});

describe('of calls at once, whatever comes', () => {
  it('never more than the limit are open, as a reference that keeps all of them has it', () => {
    const events = fc.array(fc.oneof(fc.constant('call' as const), fc.nat({ max: 20 }), fc.constant('wait' as const)), {
      maxLength: 100,
    });
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 5 }), (all, calls) => {
        const timeline = under(calls);
        let open: { readonly until: number; readonly ends: () => void }[] = [];
        for (const one of all) {
          if (one === 'wait') timeline.after(20_000);
          else if (one === 'call') {
            const live = open.filter(({ until }) => until > timeline.now);
            const played = timeline.call();
            expect(played.against.length === 0).toBe(live.length < calls);
            if (played.against.length === 0) open.push({ until: timeline.now + 60_000, ends: () => played.ends() });
          } else {
            const [ended] = open.splice(one, 1);
            ended?.ends();
          }
          open = open.filter(({ until }) => until > timeline.now);
        }
      }),
    );
  });
});
