import { describe, expect, it } from 'vitest';
import { decide } from '../../core/policy/decide.ts';
import { decisionRecord } from '../../core/audit/record.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ada, pack, policyOf, tool } from '../../core/policy/testing/gen.ts';
import { GETTERS, answerParts, callOf } from '../testing/answering.ts';
import { enteringCall } from '../testing/calls.ts';
import { record, recordAsk, recordIntent, recordUnasked } from './record.ts';

const verdict = decide(GETTERS, { principal: ada, targets: [tool('get_a')], inspection: undefined });

describe('what goes on record of a call', () => {
  it('is who made it, what it named, and what was decided', () => {
    const parts = answerParts();
    const call = callOf(parts, { verdict });
    call.isJudged({ ...(call.judgement ?? expect.fail()), targets: [tool('get_a')], argumentsHmac: 'h' });
    record(call, parts, 'answered', 'forwarded');
    expect(parts.lines).toMatchObject([
      {
        ...{ method: 'tools/call', tool: 'get_a', argumentsHmac: 'h', traceId: 'trace', outcome: 'answered' },
        principal: { name: 'ada' },
        decision: { effect: 'Allow', reason: 'forwarded', revision: GETTERS.revision, rules: verdict.rules },
      },
    ]);
  });

  it('is what detectors found, also for rules in shadow, and each is counted', async () => {
    const parts = answerParts();
    const check = {
      names: ['get_a'],
      effect: 'Allow' as const,
      arguments: { path: { type: 'path' as const, roots: ['/data'] } },
    };
    const shadow = pack({ mode: 'Shadow', tools: [{ ...check, name: 'trial' }] }, 'trial');
    const seen = (policy: Policy) =>
      decide(policy, { principal: ada, targets: [tool('get_a', { path: '/etc/shadow' })], inspection: undefined });
    const found = (rule: string) => [{ detector: 'path', pointer: '/path', reason: 'outside-roots', rule }];
    record(callOf(parts, { verdict: seen(policyOf(pack({ tools: [check] }))) }), parts, 'refused', 'denied');
    const allowing = pack({ tools: [{ names: ['*'], effect: 'Allow' }] });
    record(callOf(parts, { verdict: seen(policyOf(allowing, shadow)) }), parts, 'answered', 'forwarded');
    const [refused, passed] = parts.lines;
    expect(decisionRecord(refused ?? expect.fail()).decision.findings).toEqual(found('finance/pack#tools[0]'));
    expect(decisionRecord(passed ?? expect.fail()).decision).toMatchObject({
      findings: undefined,
      wouldEffect: 'Deny',
      wouldFindings: found('finance/trial#trial'),
    });
    expect(JSON.stringify(parts.lines.map(decisionRecord))).not.toContain('/etc/shadow');
    const text = await parts.metrics.registry.metrics();
    for (const mode of ['Enforce', 'Shadow'])
      expect(text).toMatch(new RegExp(`findings_total{server="[^"]*",detector="path",mode="${mode}"} 1`));
  });

  it('is how long the gate itself took: not a person, not the server', () => {
    const parts = answerParts();
    const call = callOf(parts);
    const { course } = call;
    course.admittedAt = 1_000;
    course.heldMs = 400;
    course.upstreamMs = 30;
    course.responseDoorMs = 2;
    call.isSent({ at: 1_410, declares: undefined });
    record(call, parts, 'answered', 'forwarded');
    expect(parts.lines[0]?.latency).toEqual({ sallyportMs: 12, upstreamMs: 30, heldMs: 400 });
  });

  it('is counted, where anybody could make it without end', () => {
    const parts = answerParts();
    const counted: string[] = [];
    Object.assign(parts.audit, { refuseUnknown: (_: unknown, source: string) => counted.push(source) });
    const call = enteringCall({ httpMethod: 'GET', peer: { remoteAddress: '192.0.2.7' } });
    record(call, parts, 'refused', 'unauthenticated');
    expect([counted, parts.lines]).toEqual([['192.0.2.7'], []]);
  });

  it('is nothing, while nothing can be recorded, unless it was begun', () => {
    const parts = answerParts();
    const call = callOf(parts);
    record(call, parts, 'refused', 'audit-unavailable');
    expect(parts.lines).toEqual([]);
    call.course.intent = 5;
    record(call, parts, 'refused', 'audit-unavailable');
    expect(parts.lines).toMatchObject([{ intent: 5 }]);
  });
});

it('the end of a call names the record of its beginning', () => {
  const parts = answerParts();
  Object.assign(parts.audit, { intend: () => 42 });
  const call = callOf(parts, { verdict });
  recordIntent(call, parts, 'still-open');
  record(call, parts, 'answered', 'forwarded');
  expect(parts.lines[0]?.intent).toBe(42);
});

it('what a server asks of a client is recorded as asked, or as refused', () => {
  const parts = answerParts();
  recordAsk(callOf(parts), parts, 'sampling/createMessage', verdict, undefined);
  recordAsk(callOf(parts), parts, 'sampling/createMessage', undefined, 'denied');
  expect(parts.lines.map(({ outcome, decision }) => [outcome, decision.effect, decision.reason])).toEqual([
    ['asked', 'Allow', 'forwarded'],
    ['refused', 'Deny', 'denied'],
  ]);
});

it('an answer that nobody waits for is recorded as long as anything can be', () => {
  const parts = answerParts();
  recordUnasked(callOf(parts), parts);
  parts.failAudit();
  recordUnasked(callOf(parts), parts);
  expect(parts.lines).toMatchObject([{ method: 'response', decision: { reason: 'unasked-answer' } }]);
});
