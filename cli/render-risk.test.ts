import { expect, it } from 'vitest';
import { renderRisk, riskRowsIn } from './render-risk.ts';

const ROW = {
  ...{ principal: 'ada', kind: 'token', rule: 'finance/risk#risk', points: 12.25 },
  parts: [
    { points: 10, why: 'first use of "tool pay"', agoMs: 1_000 },
    { points: 2.25, why: 'a refused call', agoMs: 600_000 },
  ],
};

it('says who has how many points, and for what', () => {
  expect(renderRisk([ROW, { ...ROW, session: 's\u001b1', parts: [] }])).toBe(
    [
      'ada (token): 12.3 points by finance/risk#risk',
      '     10.0  first use of "tool pay", less than a minute ago',
      '      2.3  a refused call, 10 min ago',
      '',
      'ada (token) in session s\\u{1b}1: 12.3 points by finance/risk#risk',
      '',
    ].join('\n'),
  );
});

it('says so where there is nothing to say', () => {
  expect(renderRisk([])).toBe('Nobody has risk points.\n');
  expect(renderRisk([], 'bob')).toContain('bob has no risk points here');
});

it.each([[{}], [{ items: 'x' }], [{ items: [1, {}, { ...ROW, parts: [{}] }, { ...ROW, points: 'x' }] }]])(
  'passes over what is no such thing: %j',
  (body) => expect(riskRowsIn(body)).toEqual([]),
);

it('reads what a gate says', () => {
  expect(riskRowsIn(JSON.parse(JSON.stringify({ items: [ROW] })))).toEqual([ROW]);
});
