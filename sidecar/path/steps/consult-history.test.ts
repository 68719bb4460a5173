import { describe, expect, it, vi } from 'vitest';
import { Refusal } from '../../../core/mcp/refusals.ts';
import type { Part } from '../../../core/policy/history/rule.ts';
import type { History } from '../../memory/history/history.ts';
import { RULE, calling, historyParts, local, twoAMinute } from '../../testing/two-a-minute.ts';
import { takeHistory } from '../dispatch/take-history.ts';
import type { Wait } from '../walk.ts';
import { consultHistory } from './consult-history.ts';

/** Goes through both steps, as if nothing stood between them. */
function passes(part: Part, history: History): Refusal | Wait | undefined {
  const call = calling(part);
  return consultHistory(call, historyParts(history)) ?? takeHistory(call, historyParts(history));
}

describe('a call after others', () => {
  it('is refused where they stand against it, in words that say which', () => {
    const history = local();
    const part = twoAMinute('Deny');
    expect([passes(part, history), passes(part, history)]).toEqual([undefined, undefined]);
    const refusal = passes(part, history);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).message).toContain(
      'tool "pay", of which there were two in a minute. Rule: finance/rules#rate',
    );
  });

  it('is counted when it is sent, and not when it is looked at', () => {
    const history = local();
    const part = twoAMinute('Deny');
    for (let i = 0; i < 5; i++) expect(consultHistory(calling(part), historyParts(history))).toBeUndefined();
    expect([passes(part, history), passes(part, history)]).toEqual([undefined, undefined]);
  });

  it('passes in shadow, and is on record with what would have been', () => {
    const history = local();
    const part = twoAMinute('Deny', true);
    for (let i = 0; i < 2; i++) expect(passes(part, history)).toBeUndefined();
    const call = calling(part);
    expect(consultHistory(call, historyParts(history))).toBeUndefined();
    expect(call.judgement.verdict?.would).toMatchObject({ effect: 'Deny', rules: [RULE] });
    expect(takeHistory(call, historyParts(history))).toBeUndefined();
  });

  it('is refused where nobody can tell what came before', async () => {
    const history: History = { apply: () => ({ done: (callback) => queueMicrotask(() => callback(undefined)) }) };
    const resume = vi.fn();
    const wait = consultHistory(calling(twoAMinute('Deny')), historyParts(history)) as Wait;
    wait.begin(resume);
    await Promise.resolve();
    expect(resume).toHaveBeenCalledWith(expect.objectContaining({ reason: 'history-unavailable' }));
  });

  it('waits for a store that answers later, and is taken once', async () => {
    const behind = local();
    const apply = vi.fn<History['apply']>((wanted, how) => ({
      done(callback) {
        const outcome = behind.apply(wanted, how);
        if ('done' in outcome) throw new Error('it is at hand');
        queueMicrotask(() => callback(outcome));
      },
    }));
    const history: History = { apply };
    const call = calling(twoAMinute('Deny'));
    for (const step of [
      () => consultHistory(call, historyParts(history)),
      () => takeHistory(call, historyParts(history)),
    ]) {
      const wait = step() as Wait;
      expect(wait.isShort).toBe(true);
      expect(await new Promise((resolve) => wait.begin(resolve))).toBeUndefined();
    }
    expect(takeHistory(call, historyParts(history))).toBeUndefined();
    expect(apply.mock.calls.map(([, how]) => how)).toEqual(['Ask', 'Take']);
  });
});
