import { expect, test } from 'vitest';
import { recordOf } from '../testing/records.ts';
import { OTHERS, Usage, type UsageKey } from './usage.ts';

const HOUR = 3_600_000;
const AT = Date.parse('2026-11-21T10:00:00Z');

function usage(...by: UsageKey[]): Usage {
  return new Usage({ by, everyMs: HOUR });
}

test('calls, refusals, failures, bytes and latency are counted by what is asked for', () => {
  const used = usage('principal', 'tool');
  for (let ms = 1; ms <= 100; ms++)
    used.add(recordOf({ bytes: { request: 10, answer: 100 }, latency: { sallyportMs: 0.5, upstreamMs: ms } }));
  used.add(recordOf({ outcome: 'refused', latency: { sallyportMs: 0.5 } }));
  used.add(recordOf({ outcome: 'upstream-error', tool: 'write_file', principal: null }));
  const [first, second] = used.rows();
  expect(first).toMatchObject({
    keys: ['me', 'read_file'],
    ...{ calls: 101, refused: 1, failed: 0, requestBytes: 1000, answerBytes: 10_000, first: AT, last: AT },
  });
  expect(first?.upstreamMs?.p50).toBeCloseTo(50, -0.5);
  expect(first?.upstreamMs?.p99).toBeGreaterThan(97.9);
  expect(second).toMatchObject({
    keys: ['(nobody known)', 'write_file'],
    calls: 1,
    failed: 1,
    requestBytes: undefined,
  });
});

test('windows of time are in their order', () => {
  const used = usage('time', 'server');
  for (const time of [AT + HOUR, AT + HOUR + 1, AT]) used.add(recordOf({ time }));
  expect(used.rows().map(({ keys, calls }) => keys.concat(String(calls)))).toEqual([
    ['2026-11-21T10:00:00.000Z', 'default/files', '1'],
    ['2026-11-21T11:00:00.000Z', 'default/files', '2'],
  ]);
});

test('what servers ask, and what was found in what they say, is no use', () => {
  const used = usage('server');
  used.add(recordOf({ outcome: 'asked', method: 'sampling/createMessage' }));
  used.add(recordOf({ method: 'response' }));
  expect(used.rows()).toEqual([]);
});

test('names that callers invent do not fill the memory', () => {
  const used = usage('tool');
  for (let i = 0; i < 10_050; i++) used.add({ ...recordOf(), target: `t${i}` });
  const rows = used.rows();
  expect(rows).toHaveLength(10_001);
  expect(rows[0]).toMatchObject({ keys: [OTHERS], calls: 50 });
});

test('credits and what they cost are added up, by budget too', () => {
  const used = usage('budget');
  const cost = { budget: 'finance/payments#day', credits: 0.1, amount: '0.001', currency: 'EUR' };
  for (let i = 0; i < 3; i++) used.add({ ...recordOf(), cost });
  used.add({ ...recordOf(), cost: { ...cost, credits: 2, amount: '', currency: '' } });
  used.add(recordOf());
  expect(used.rows()).toMatchObject([
    { keys: ['finance/payments#day'], calls: 4, credits: 2.3, amounts: { EUR: '0.003' } },
    { keys: ['(none)'], calls: 1, credits: undefined, amounts: {} },
  ]);
});
