import { expect, test } from 'vitest';
import type { UsageRow } from '../core/audit/reading/usage.ts';
import { renderUsage, renderUsageCsv } from './render-usage.ts';

const row: UsageRow = {
  keys: ['x'.repeat(60)],
  calls: 1,
  refused: 0,
  failed: 0,
  requestBytes: 999,
  answerBytes: 123_456_789,
  upstreamMs: undefined,
  sallyportMs: { p50: 0.123_45, p95: 12.345, p99: 123.45 },
  credits: undefined,
  amounts: {},
  first: 0,
  last: 1000,
};

test('names are cut, and numbers have the digits that they mean', () => {
  const [, first] = renderUsage(['tool'], [row], row).split('\n');
  expect(first).toContain(`${'x'.repeat(47)}…`);
  expect(first?.slice(50).trim().split(/ {2,}/)).toEqual(['1', '0', '0', '999 B', '123 MB', '-', '0.12 / 12 / 120']);
});

test('for a spreadsheet nothing is cut, and what is not known is empty', () => {
  const [head, first] = renderUsageCsv(['tool'], [row])
    .split('\r\n')
    .map((line) => line.split(','));
  expect(head?.slice(0, 9)).toEqual([
    ...['tool', 'calls', 'refused', 'failed', 'requestBytes', 'answerBytes'],
    ...['upstreamMs.p50', 'upstreamMs.p95', 'upstreamMs.p99'],
  ]);
  expect(first?.slice(1)).toEqual([
    ...['1', '0', '0', '999', '123456789', '', '', '', '0.123', '12.3', '123'],
    ...['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:01.000Z', '', ''],
  ]);
});

test('what calls have cost is told where any has', () => {
  const paid: UsageRow = { ...row, keys: ['a'], credits: 2.5, amounts: { EUR: '0.025', USD: '1' } };
  const free: UsageRow = { ...row, keys: ['b'] };
  const [head, first, second] = renderUsage(['tool'], [paid, free], paid).split('\n');
  expect(head).toMatch(/gate ms +credits +price$/);
  expect(first).toMatch(/ 2\.5 +0\.025 EUR \+ 1 USD$/);
  expect(second).toMatch(/ - +-$/);
  expect(renderUsage(['tool'], [free], free)).not.toContain('credits');
  expect(renderUsageCsv(['tool'], [paid])).toContain(',2.5,0.025 EUR + 1 USD\r\n');
});
