import { expect, it } from 'vitest';
import type { RuleSummary, Summary } from '../core/audit/summary.ts';
import { renderSummary, renderSummaryJson } from './render-summary.ts';

const rule: RuleSummary = {
  ...{ rule: 'a/p#r', effect: 'Deny', of: 'call', count: 7 },
  targets: Array.from({ length: 7 }, (_, i) => ({ what: `t${i}`, count: 1 })),
  principals: [{ what: 'ada\u001b[2J', count: 7 }],
  findings: [{ what: 'path outside-roots at /path', count: 7 }],
  ...{ firstTime: '2026-11-30T10:00:00.000Z', lastTime: '2026-11-30T11:00:00.000Z', traceId: 't2' },
};
const summary: Summary = {
  decisions: 9,
  ...{ firstTime: rule.firstTime, lastTime: rule.lastTime },
  effects: { Allow: 2, Deny: 7 },
  enforced: [rule],
  shadow: [{ ...rule, of: 'answer', count: 1, findings: [] }],
  wouldChange: 1,
  unreadable: 1,
};

it('is told by rule, with the most frequent names', () => {
  expect(renderSummary(summary))
    .toBe(`9 decisions, from 2026-11-30T10:00:00.000Z to 2026-11-30T11:00:00.000Z: Allow 2, Deny 7
1 line could not be read; see: sallyport audit verify

What was refused, held, changed or marked:
  a/p#r: Deny, 7 times
    called: t0, t1, t2, t3, t4 and 2 more
    by: ada\\u{1b}[2J (7)
    found: path outside-roots at /path (7)
    last: 2026-11-30T11:00:00.000Z, trace t2

Rules in shadow would have changed 1 of 9 decisions:
  a/p#r: Deny of answers, once
    called: t0, t1, t2, t3, t4 and 2 more
    by: ada\\u{1b}[2J (7)
    last: 2026-11-30T11:00:00.000Z, trace t2
`);
});

it('says where there is nothing to tell', () => {
  const nothing = { ...summary, decisions: 0, effects: {}, enforced: [], shadow: [], wouldChange: 0, unreadable: 0 };
  expect(renderSummary({ ...nothing, firstTime: undefined, lastTime: undefined })).toBe(`0 decisions

Nothing was refused, held, changed or marked.

Rules in shadow would have changed nothing.
`);
});

it('is data for programs', () => {
  expect(JSON.parse(renderSummaryJson(summary))).toEqual(summary);
});
