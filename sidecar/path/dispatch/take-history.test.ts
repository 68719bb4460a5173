import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../core/mcp/refusals.ts';
import type { Part } from '../../../core/policy/history/rule.ts';
import type { History } from '../../memory/history/history.ts';
import { historyVerdict } from '../../../core/policy/verdict.ts';
import { RULE, calling, historyParts, local, twoAMinute } from '../../testing/two-a-minute.ts';
import { consultHistory } from '../steps/consult-history.ts';
import type { Wait } from '../walk.ts';
import { takeHistory } from './take-history.ts';

/** Goes through both steps, as if nothing stood between them. */
function passes(part: Part, history: History): Refusal | Wait | undefined {
  const call = calling(part);
  return consultHistory(call, historyParts(history)) ?? takeHistory(call, historyParts(history));
}

describe('a call that is about to be sent', () => {
  it('is told apart from another in the moment of sending', () => {
    const history = local();
    const part = twoAMinute('Deny');
    const calls = [1, 2, 3].map(() => calling(part));
    for (const call of calls) expect(consultHistory(call, historyParts(history))).toBeUndefined();
    const sent = calls.map((call) => takeHistory(call, historyParts(history)));
    expect(sent.map((one) => one instanceof Refusal)).toEqual([false, false, true]);
  });

  it('is held for a person, whose word then counts', () => {
    const history = local();
    const part = twoAMinute('RequireApproval');
    for (let i = 0; i < 2; i++) expect(passes(part, history)).toBeUndefined();
    const call = calling(part);
    expect(consultHistory(call, historyParts(history))).toBeUndefined();
    expect(call.judgement.verdict).toMatchObject({ effect: 'RequireApproval', rules: [RULE] });
    expect(takeHistory(call, historyParts(history))).toBeInstanceOf(Refusal);
    call.course.approval = { name: 'a' } as typeof call.course.approval;
    expect(takeHistory(call, historyParts(history))).toBeUndefined();
  });

  it('is refused where a person was asked about something else', () => {
    const history = local();
    const part = twoAMinute('RequireApproval');
    const call = calling(part);
    expect(consultHistory(call, historyParts(history))).toBeUndefined();
    call.course.approval = { name: 'a' } as typeof call.course.approval;
    for (let i = 0; i < 2; i++) expect(passes(part, history)).toBeUndefined();
    expect(takeHistory(call, historyParts(history))).toBeInstanceOf(Refusal);
  });

  it('is not told of what is only put on record', () => {
    const history = local();
    const quiet = { ...twoAMinute('Log'), rule: 'finance/rules#quiet' };
    const logged = { verdict: historyVerdict(quiet.rule, 'Log', 'which is on record.') };
    const both = calling(twoAMinute('Deny'), { ...quiet, judge: () => logged });
    expect(consultHistory(both, historyParts(history))).toBeUndefined();
    for (let i = 0; i < 2; i++) expect(passes(twoAMinute('Deny'), history)).toBeUndefined();
    const refusal = takeHistory(both, historyParts(history));
    expect(refusal).toMatchObject({ data: { rules: [RULE] } });
    expect((refusal as Refusal).message).not.toContain('on record');
  });
});
