import { expect, test } from 'vitest';
import { pack } from '../testing/gen.ts';
import { compileBudgets } from '../rules/budgets.ts';
import { UNREAD } from '../rules/when.ts';
import { refusalOf } from './budget-words.ts';

const NOON = Date.UTC(2026, 10, 30, 12);

function words(said: object, milli: number, sum: number, waitMs: number | undefined): string {
  const budget = [{ credits: 10, window: '1h', ...said }];
  const [rule] = compileBudgets('finance/pack', pack({ limits: { budget } }).spec, UNREAD).budgets ?? [];
  if (rule === undefined) expect.fail();
  return refusalOf(rule, milli, { kind: 'sum', holds: false, sum, waitMs, resetMs: 0 }, NOON);
}

test.each<[said: object, milli: number, sum: number, waitMs: number | undefined, sentence: string]>([
  [
    {},
    5000,
    8500,
    90_000,
    'which costs 5 credits, and 1.5 of the 10 credits of an hour for each principal are left. There is room for it again in 90 seconds, at 12:01:30Z.',
  ],
  [
    { reason: 'ask for more', per: ['group', 'tool'] },
    1000,
    12_000,
    90_000,
    'which costs 1 credit, and the 10 credits of an hour for each group and tool are used up (ask for more). There is room for it again in 90 seconds, at 12:01:30Z.',
  ],
  [
    { window: undefined, every: 'Week', timeZone: 'Asia/Tokyo' },
    11_000,
    0,
    undefined,
    'which costs 11 credits, more than the 10 credits of a week of the calendar (Asia/Tokyo) for each principal that may be spent at all. Ask for less in one call.',
  ],
])('%j', (said, milli, sum, waitMs, sentence) => {
  expect(words(said, milli, sum, waitMs)).toBe(sentence);
});
