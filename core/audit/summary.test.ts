import { describe, expect, it } from 'vitest';
import { Summariser, type Summary } from './summary.ts';

const line = (decision: object, more: object = {}): string =>
  JSON.stringify({
    event: 'decision',
    time: '2026-11-30T10:00:00.000Z',
    tool: 'read',
    principal: { name: 'ada' },
    traceId: 't1',
    decision: { effect: 'Allow', reason: 'forwarded', rules: [], ...decision },
    ...more,
  });
const finding = { detector: 'path', reason: 'outside-roots', pointer: '/paths/3', rule: 'a/p#r' };
const denied = {
  effect: 'Deny',
  reason: 'denied',
  rules: ['a/p#r'],
  findings: [finding, { ...finding, rule: 'other' }],
};

function summaryOf(...lines: string[]): Summary {
  const summariser = new Summariser();
  for (const one of lines) summariser.add(one);
  return summariser.finish();
}

describe('what was decided', () => {
  it('is counted by effect, over the time that it took', () => {
    const later = line(denied, { time: '2026-11-30T11:00:00.000Z' });
    expect(summaryOf(later, line({}), line({}))).toMatchObject({
      decisions: 3,
      effects: { Allow: 2, Deny: 1 },
      firstTime: '2026-11-30T10:00:00.000Z',
      lastTime: '2026-11-30T11:00:00.000Z',
      wouldChange: 0,
    });
  });

  it('is told by rule, with what was called, by whom, and what that rule found', () => {
    const other = line(denied, { tool: 'list', time: '2026-11-30T11:00:00.000Z', traceId: 't2' });
    expect(summaryOf(line(denied), line(denied), other).enforced).toEqual([
      {
        rule: 'a/p#r',
        effect: 'Deny',
        of: 'call',
        count: 3,
        targets: [
          { what: 'read', count: 2 },
          { what: 'list', count: 1 },
        ],
        principals: [{ what: 'ada', count: 3 }],
        findings: [{ what: 'path outside-roots at /paths/*', count: 3 }],
        firstTime: '2026-11-30T10:00:00.000Z',
        lastTime: '2026-11-30T11:00:00.000Z',
        traceId: 't2',
      },
    ]);
  });

  it('is told by its reason where no rule carries it', () => {
    const unknown = line(
      { effect: 'Deny', reason: 'unauthenticated' },
      { principal: null, tool: undefined, method: 'POST' },
    );
    expect(summaryOf(unknown).enforced).toMatchObject([
      { rule: 'unauthenticated', targets: [{ what: 'POST' }], principals: [{ what: '(unknown)' }], findings: [] },
    ]);
  });

  it('has answers apart from calls', () => {
    const answer = { effect: 'Redact', rules: ['a/p#keys'], findings: [] };
    const { enforced } = summaryOf(line({ ...denied, answer }));
    expect(enforced.map(({ rule, of }) => [rule, of])).toEqual([
      ['a/p#keys', 'answer'],
      ['a/p#r', 'call'],
    ]);
  });
});

describe('what would have been', () => {
  const would = { wouldEffect: 'Deny', wouldRules: ['a/p#r'], wouldFindings: [finding] };

  it('is told by rule, and counted once for each decision', () => {
    const { shadow, enforced, wouldChange } = summaryOf(
      line({ ...would, answer: { effect: 'Allow', rules: [], ...would } }),
      line({}),
    );
    expect(shadow.map(({ rule, of, count, findings }) => [rule, of, count, findings.length])).toEqual([
      ['a/p#r', 'call', 1, 1],
      ['a/p#r', 'answer', 1, 1],
    ]);
    expect([enforced, wouldChange]).toEqual([[], 1]);
  });
});

describe('lines', () => {
  it('that are no decisions are passed over, and others counted', () => {
    const { decisions, unreadable } = summaryOf(
      '{"event":"open"}',
      'not JSON',
      '[]',
      '{"event":"decision"}',
      '{"event":"decision","decision":{"effect":"Other"}}',
    );
    expect([decisions, unreadable]).toEqual([0, 4]);
  });

  it('with names without end take bounded memory', () => {
    const summariser = new Summariser();
    for (let i = 0; i < 3000; i++) summariser.add(line({ ...denied, rules: [`r${i}`] }, { tool: `t${i}` }));
    for (let i = 0; i < 3000; i++) summariser.add(line(denied, { tool: `t${i}` }));
    const { enforced } = summariser.finish();
    expect(enforced.length).toBeLessThanOrEqual(1001);
    expect(enforced[0]).toMatchObject({ rule: '(others)', count: 5000 });
    expect(enforced[0]?.targets.length).toBeLessThanOrEqual(1001);
  });
});
