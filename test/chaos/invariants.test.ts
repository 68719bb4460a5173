/** Histories that are as they should be, and one that breaks each invariant. */
import { expect, test } from 'vitest';
import type { History } from './history.ts';
import { INVARIANTS } from './invariants.ts';

const T = Date.UTC(2026, 0, 1);
const call = { key: 'a', traceId: 't1', tool: 'echo', started: T, ended: T + 10, isAnswered: true, seen: 'answered' };
const held = { ...call, key: 'h', traceId: 't2', tool: 'transfer' };

const GOOD: History = {
  calls: [call, held, { ...call, key: 'b', traceId: 't3', isAnswered: false, seen: 'cut' }],
  executions: [
    { key: 'a', tool: 'echo', time: T },
    { key: 'h', tool: 'transfer', time: T },
    { key: 'f', tool: 'read_file', time: T + 11_000 },
  ],
  audit: [
    { traceId: 't1', tool: 'echo', time: T },
    { traceId: 't2', tool: 'transfer', time: T, approval: 'one' },
  ],
  votes: [{ approval: 'one', isApproved: true, time: T }],
  forbidden: [{ tool: 'read_file', from: T + 10_000, to: T + 20_000 }],
  faults: [{ name: 'gate killed', began: T + 30_000, ended: T + 30_000, readyAt: T + 40_000 }],
};

const NAMES = Object.keys(INVARIANTS);
const [FORBIDDEN = '', UNAPPROVED = '', TWICE = '', UNRECORDED = '', UNSEEN = '', READY = ''] = NAMES;
const brokenOf = (history: History): string[] => NAMES.filter((name) => (INVARIANTS[name]?.(history) ?? []).length > 0);
const ran = (key: string, tool: string, time = T): History => ({
  ...GOOD,
  executions: [...GOOD.executions, { key, tool, time }],
});

test('a history as it should be breaks nothing', () => {
  expect(brokenOf(GOOD)).toEqual([]);
});

test.each<[what: string, history: History, broken: readonly string[]]>([
  ['a tool that is never allowed is executed', ran('x', 'danger'), [FORBIDDEN]],
  ['one is executed while it is forbidden', ran('x', 'read_file', T + 15_000), [FORBIDDEN]],
  ['one is executed when it may have been allowed again', ran('x', 'read_file', T + 20_000), []],
  ['a held call is executed that nobody approved', ran('x', 'transfer'), [UNAPPROVED]],
  [
    'a held call is executed after a no',
    { ...GOOD, votes: [{ approval: 'one', isApproved: false, time: T }] },
    [UNAPPROVED],
  ],
  ['one approval, two executions', ran('h', 'transfer', T + 1), [TWICE]],
  [
    'tried again and approved again, two executions',
    {
      ...ran('h', 'transfer', T + 1),
      calls: [...GOOD.calls, { ...held, traceId: 't4' }],
      audit: [...GOOD.audit, { traceId: 't4', tool: 'transfer', time: T, approval: 'two' }],
      votes: [...GOOD.votes, { approval: 'two', isApproved: true, time: T }],
    },
    [],
  ],
  ['an answer is on no record', { ...GOOD, audit: GOOD.audit.slice(1) }, [UNRECORDED]],
  ['an answer is not in the log of the server', { ...GOOD, executions: GOOD.executions.slice(1) }, [UNSEEN]],
  ['nobody was answered', { ...GOOD, calls: [] }, [UNAPPROVED, UNSEEN]],
  ['ready too late', { ...GOOD, faults: [{ name: 'x', began: T, ended: T, readyAt: T + 60_001 }] }, [READY]],
  ['never ready', { ...GOOD, faults: [{ name: 'x', began: T, ended: T, readyAt: undefined }] }, [READY]],
])('%s', (_what, history, broken) => {
  expect(brokenOf(history)).toEqual(broken);
});
