import { describe, expect, it } from 'vitest';
import type { Principal } from '../../core/policy/principal.ts';
import { type AbandonedCall, AbandonedCalls } from './abandoned-calls.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };
const bob: Principal = { kind: 'token', name: 'bob', groups: [] };

/** Calls of one principal, in order; `given` gets the index of each that is given up. */
function abandon(calls: AbandonedCalls, principal: Principal | undefined, count: number, given: number[]) {
  return Array.from({ length: count }, (_, i) => {
    const call: AbandonedCall = {
      giveUpWaiting() {
        given.push(i);
        calls.delete(call, principal);
      },
    };
    calls.add(call, principal);
    return call;
  });
}

describe('calls whose clients have left', () => {
  it('go on, up to a thousand of one principal', () => {
    const given: number[] = [];
    abandon(new AbandonedCalls(), ada, 1_000, given);
    expect(given).toEqual([]);
  });

  it('are given up by whoever leaves more, its own oldest first', () => {
    const calls = new AbandonedCalls();
    const [adas, bobs]: [number[], number[]] = [[], []];
    abandon(calls, bob, 1_000, bobs);
    abandon(calls, ada, 1_002, adas);
    expect([adas, bobs]).toEqual([[0, 1], []]);
  });

  it('count no more once they are over', () => {
    const calls = new AbandonedCalls();
    const given: number[] = [];
    for (const call of abandon(calls, ada, 1_000, given)) calls.delete(call, ada);
    abandon(calls, ada, 1_000, given);
    expect(given).toEqual([]);
  });

  it('of nobody known are bounded together', () => {
    const given: number[] = [];
    abandon(new AbandonedCalls(), undefined, 1_001, given);
    expect(given).toEqual([0]);
  });
});
