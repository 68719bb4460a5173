import { describe, expect, it } from 'vitest';
import type { Judged, Limited } from '../../core/policy/history/rule.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { strictestOf } from '../../core/policy/strictest.ts';
import { historyVerdict } from '../../core/policy/verdict.ts';
import { TestReply, answerParts, callOf } from '../testing/answering.ts';
import { countLimited, limitedRefusal } from './limited.ts';
import { answerRefusal } from './refusal-reply.ts';

const NOW = Date.UTC(2026, 10, 30, 12, 2, 30);
const LIMITED: Limited = {
  ...{ policy: 'finance/payments#burst', limit: 60, unit: 'requests', windowMs: 60_000 },
  ...{ remaining: 0, retryMs: 40_000, resetMs: 61_000 },
};
const SENTENCE = 'after 60 calls in a minute. Call again in 40 seconds.';
const burst: Judged = { verdict: historyVerdict('finance/payments#burst', 'Deny', SENTENCE), limited: LIMITED };
const barrier: Judged = { verdict: historyVerdict('finance/payments#barrier', 'Deny', 'after an export.') };

function refusalOf(told: readonly Judged[], method = 'tools/call') {
  const call = callOf(answerParts(), { method });
  call.isJudged({ ...(call.judgement ?? expect.fail()), targets: [{ kind: 'tool', name: 'get', args: undefined }] });
  const verdict = strictestOf(told.map(({ verdict: one }) => one));
  return { call, refusal: limitedRefusal(call, told, verdict, ada, undefined, NOW) };
}

function answerTo(told: readonly Judged[], method?: string) {
  const { call, refusal } = refusalOf(told, method);
  const reply = new TestReply();
  answerRefusal(call, reply, refusal);
  return reply;
}

describe('a call that would pass later', () => {
  it('is limited, and its model reads when', () => {
    const { status, messages } = answerTo([burst]);
    expect(status).toBe(200);
    expect(messages).toMatchObject([
      {
        result: {
          isError: true,
          content: [{ text: expect.stringContaining(SENTENCE) }],
          _meta: {
            'sallyport.dev/refusal': { reason: 'limited', rules: ['finance/payments#burst'] },
            'sallyport.dev/limit': { retryAfter: 40, retryAt: '2026-11-30T12:03:10Z' },
          },
        },
      },
    ]);
  });

  it('is told in headers too, for programs', () => {
    expect(answerTo([burst]).headers).toMatchObject({
      'retry-after': '40',
      ratelimit: '"finance/payments#burst";r=0;t=61',
      'ratelimit-policy': '"finance/payments#burst";q=60;w=60',
    });
  });

  it('has the same in the error of any other request', () => {
    expect(answerTo([burst], 'resources/read').messages).toMatchObject([
      { error: { code: -31_031, data: { rules: ['finance/payments#burst'], limit: { retryAfter: 40 } } } },
    ]);
  });
});

describe('a call that no wait helps', () => {
  it.each<[what: string, told: readonly Judged[]]>([
    ['where something else stands in the way', [barrier]],
    ['where something else stands in the way besides', [burst, barrier]],
    ['where it is more than the limit by itself', [{ ...burst, limited: { ...LIMITED, retryMs: undefined } }]],
  ])('is denied: %s', (_what, told) => {
    const { refusal } = refusalOf(told);
    expect([refusal.reason, refusal.limits]).toEqual(['denied', undefined]);
  });
});

describe('what is counted', () => {
  it('is what limits refuse, by rule, and in shadow what they would', async () => {
    const { metrics } = answerParts();
    const part = (rule: string, shadow: boolean) => ({ rule, shadow, ops: [], judge: () => undefined });
    countLimited(
      [
        { part: part('a#burst', false), judged: burst },
        { part: part('a#tried', true), judged: burst },
        { part: part('a#barrier', false), judged: barrier },
      ],
      metrics,
    );
    const counted = await metrics.registry.getSingleMetric('sallyport_limited_total')?.get();
    expect(counted?.values.map(({ labels: { rule, mode }, value }) => [rule, mode, value])).toEqual([
      ['a#burst', 'Enforce', 1],
      ['a#tried', 'Shadow', 1],
    ]);
  });
});
