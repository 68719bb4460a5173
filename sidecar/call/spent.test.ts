import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Spent } from '../../core/policy/history/rule.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { answerParts, callOf } from '../testing/answering.ts';
import { countSpent } from './spent.ts';

const REACHED = { percent: 80, spent: 8, limit: 10 };

function counted(spent: readonly Spent[]): { readonly metrics: Metrics; readonly lines: string[] } {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const metrics = new Metrics('finance/ledger');
  countSpent(callOf(answerParts(), { method: 'tools/call' }), spent, { log, metrics });
  return { metrics, lines };
}

function of(more: Partial<Spent> = {}): Spent {
  return { budget: 'finance/pack#day', shadow: false, milli: 1500, price: undefined, reached: undefined, ...more };
}

test('what is spent is in the metrics, and in the log once it is so much', async () => {
  const { metrics, lines } = counted([of(), of({ reached: REACHED, shadow: true })]);
  const text = await metrics.registry.metrics();
  expect(text).toMatch(/sallyport_credits_total\{.*\} 3\n/);
  expect(text).toMatch(/sallyport_budget_warnings_total\{.*percent="80",mode="Shadow"\} 1\n/);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 40, budget: 'finance/pack#day', mode: 'Shadow', ...REACHED, msg: 'so much of a budget is spent' },
  ]);
});

test('where nothing is, nothing is said', async () => {
  const { metrics, lines } = counted([]);
  expect(await metrics.registry.metrics()).not.toMatch(/sallyport_credits_total\{/);
  expect(lines).toEqual([]);
});
