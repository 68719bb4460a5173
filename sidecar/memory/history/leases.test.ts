import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { How, Outcome, Wanted } from '../../../core/history/ops.ts';
import type { Part } from '../../../core/policy/history/rule.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { isLater } from './history.ts';
import { LocalHistory } from './local-history.ts';
import { Leases } from './leases.ts';
import { Past } from './past.ts';

const EVERY_MS = 5;

function lease(id: string): Wanted {
  return { op: { kind: 'lease', of: 'slots', whom: 'ada', id, limit: 1, forMs: 60_000 }, isAsked: true };
}

function partOf(...ops: Wanted[]): Part {
  return { rule: 'a#slots', shadow: false, ops, judge: () => undefined };
}

function started() {
  const clock = new FakeClock();
  const history = new LocalHistory(clock);
  const apply = (wanted: readonly Wanted[], how: How): Outcome => {
    const outcome = history.apply(wanted, how);
    return isLater(outcome) ? expect.fail('it is at hand') : outcome;
  };
  const isFree = (): boolean => apply([lease('another')], 'Ask').holds;
  const past = new Past([partOf(lease('mine'))]);
  past.take(apply(past.wanted(false), 'Take'));
  return { clock, history, isFree, past, leases: new Leases(history, EVERY_MS) };
}

describe('a place that a call holds', () => {
  it('is renewed as long as it is held, however long that is', async () => {
    const { clock, isFree, past, leases } = started();
    leases.hold(past);
    for (let minutes = 0; minutes < 4; minutes++) {
      clock.advance(50_000);
      await sleep(EVERY_MS * 4);
      expect(isFree()).toBe(false);
    }
    leases.drop(past);
    clock.advance(60_000);
    await sleep(EVERY_MS * 4);
    expect(isFree()).toBe(true);
  });

  it('ends by itself where nobody renews it', () => {
    const { clock, isFree } = started();
    clock.advance(60_000);
    expect(isFree()).toBe(true);
  });
});

describe('a call without one', () => {
  it('is not remembered', () => {
    const { leases } = started();
    leases.hold(new Past([partOf()]));
    expect(leases.size).toBe(0);
  });
});
