import { describe, expect, it } from 'vitest';
import type { DecisionInput } from '../../core/audit/record.ts';
import { ofAnswer, ofAsk, ofCall, ofLists } from './outcome.ts';
import type { Exchange } from './rehearsal.ts';

type Line = Partial<Omit<DecisionInput, 'decision'>> & { decision?: Partial<DecisionInput['decision']> };

function line({ decision, ...rest }: Line = {}): DecisionInput {
  const decided = {
    effect: 'Allow',
    mode: 'Enforce',
    reason: 'forwarded',
    revision: null,
    rules: [],
    ...decision,
  } as const;
  const base = { method: 'tools/call', principal: null, time: 0, traceId: 't', outcome: 'answered' };
  return { ...base, latency: { sallyportMs: 0 }, ...rest, decision: decided };
}
function exchange(lines: DecisionInput[], more: Partial<Exchange> = {}): Exchange {
  return { answer: {}, heard: [], got: [{ method: 'tools/call' }], lines, ...more };
}
const error = (message: string) => ({ error: { code: 1, message } });
const found = { effect: 'Log', findings: [], redacted: undefined, rules: ['a/p#log'] } as const;
const answer = { ...found, wouldEffect: 'Deny', wouldFindings: undefined, wouldRules: ['a/p#deny'] } as const;

describe('of a call', () => {
  it('is what its own line says, which is the last', () => {
    const lines = [line({ decision: { effect: 'Log' } }), line({ decision: { effect: 'Allow', rules: ['a/p#r'] } })];
    expect(ofCall(exchange(lines))).toMatchObject({
      verdict: { effect: 'Allow', rules: ['a/p#r'] },
      refusal: undefined,
    });
  });

  it('has words where the server did not get it', () => {
    expect(ofCall(exchange([line()], { got: [], answer: error('no') })).refusal).toBe('no');
    const result = { result: { content: [{ type: 'text', text: 'never' }] } };
    expect(ofCall(exchange([line()], { got: [], answer: result })).refusal).toBe('never');
    expect(() => ofCall(exchange([]))).toThrow('every call goes on record');
  });
});

describe('of an answer', () => {
  it('is what was found in it, also in shadow', () => {
    const { verdict, refusal } = ofAnswer(exchange([line({ decision: { answer } })]));
    expect(verdict).toMatchObject({
      effect: 'Log',
      rules: ['a/p#log'],
      would: { effect: 'Deny', rules: ['a/p#deny'] },
    });
    expect(refusal).toBeUndefined();
  });

  it('is nothing where nothing was found, and a refusal where it did not arrive', () => {
    expect(ofAnswer(exchange([line()])).verdict.effect).toBe('Allow');
    const lost = ofAnswer(exchange([line({ outcome: 'refused' })], { answer: error('unreadable') }));
    expect([lost.verdict.effect, lost.refusal]).toEqual(['Deny', 'unreadable']);
  });
});

describe('of what a server asks', () => {
  it('is the strictest of all that was said about it, and what the server is told', () => {
    const lines = [
      line({ outcome: 'asked', decision: { effect: 'Deny', rules: ['a/p#ask'] } }),
      line({ decision: { answer } }),
    ];
    const { verdict, refusal } = ofAsk(exchange(lines, { got: [{ method: 'ping' }, error('not here')] }));
    expect([verdict.effect, verdict.rules, refusal]).toEqual(['Deny', ['a/p#ask'], 'not here']);
    expect(ofAsk(exchange([line()])).refusal).toBeUndefined();
  });
});

describe('of lists', () => {
  const shown = line({ decision: { reason: 'definition-shown', effect: 'Log', rules: ['a/p#definitions'] } });

  it('is the strictest of their definitions and of what they hold', () => {
    expect(ofLists([exchange([shown, line()])], 0).verdict).toMatchObject({
      effect: 'Log',
      rules: ['a/p#definitions'],
    });
    expect(ofLists([exchange([line({ decision: { answer } })])], 0).verdict.rules).toEqual(['a/p#log']);
  });

  it('is a refusal where something does not arrive, by no rule but for its definition', () => {
    expect(ofLists([exchange([shown])], 1).verdict).toMatchObject({ effect: 'Deny', rules: [] });
    const refused = ofLists([exchange([line()], { answer: error('too long') })], 0);
    expect([refused.verdict.effect, refused.refusal]).toEqual(['Deny', 'too long']);
  });
});
