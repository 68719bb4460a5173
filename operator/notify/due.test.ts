import { describe, expect, test } from 'vitest';
import { due, type Habits, toldOf } from './due.ts';
import { CREATED, EXPIRES, requestOf } from './testing/request.ts';
import { NEWS, type Told } from './told.ts';

const FOLLOWS: Habits = { news: new Set(NEWS), follows: true };
const MAIL: Habits = { news: new Set(['Requested', 'Reminder', 'Settled']), follows: false };
const at = (minutes: number): number => CREATED + minutes * 60_000;
const time = (minutes: number): string => new Date(at(minutes)).toISOString();
const vote = (username: string) => ({ username, decision: 'Approved' });

interface Case {
  readonly when: string;
  readonly status?: object;
  readonly told?: Told;
  readonly minutes?: number;
  readonly habits?: Habits;
  readonly expected: string | number | undefined;
}

const CASES: readonly Case[] = [
  { when: 'a request is new', expected: 'Requested' },
  { when: 'it has run out, though nobody has said so yet', minutes: 16, expected: undefined },
  { when: 'it was told', told: { requested: time(0) }, expected: 8 * 60_000 },
  { when: 'half of the time is over', told: { requested: time(0) }, minutes: 8, expected: 'Reminder' },
  { when: 'it was told late', told: { requested: time(10) }, minutes: 10, expected: 3 * 60_000 },
  { when: 'it was told at the very end', told: { requested: time(15.5) }, minutes: 15.5, expected: undefined },
  { when: 'it was reminded', told: { requested: time(0), reminded: time(8) }, minutes: 9, expected: undefined },
  { when: 'somebody votes', status: { votes: [vote('ada')] }, told: { requested: time(0) }, expected: 'Voted' },
  {
    when: 'it knows of the vote',
    status: { votes: [vote('ada')] },
    told: { requested: time(0), votes: 1 },
    expected: 8 * 60_000,
  },
  {
    when: 'another votes',
    status: { votes: [vote('ada'), vote('grace')] },
    told: { requested: time(0), votes: 1 },
    expected: 'Voted',
  },
  {
    when: 'somebody votes where votes are not told',
    status: { votes: [vote('ada')] },
    told: { requested: time(0) },
    habits: MAIL,
    expected: 8 * 60_000,
  },
  { when: 'it is settled', status: { state: 'Denied' }, told: { requested: time(0) }, expected: 'Settled' },
  {
    when: 'it was approved this second, and may be used in the next',
    status: { state: 'Approved', decidedAt: time(1) },
    told: { requested: time(0.5) },
    expected: 2_000,
  },
  {
    when: 'it is approved, and nobody has used it',
    status: { state: 'Approved', decidedAt: time(0.9) },
    told: { requested: time(0.5) },
    expected: 'Settled',
  },
  {
    when: 'the clock of whoever decided is ahead',
    status: { state: 'Approved', decidedAt: time(9) },
    told: { requested: time(0.5) },
    expected: 2_000,
  },
  { when: 'it is settled before it was told', status: { state: 'Approved' }, expected: undefined },
  {
    when: 'the end was told',
    status: { state: 'Denied' },
    told: { requested: time(0), settled: 'Denied' },
    expected: undefined,
  },
  {
    when: 'an approval is used, and the message is kept up to date',
    status: { state: 'Consumed' },
    told: { requested: time(0), settled: 'Approved' },
    expected: 'Settled',
  },
  {
    when: 'an approval is used, and each piece of news is a mail',
    status: { state: 'Consumed' },
    told: { requested: time(0), settled: 'Approved' },
    habits: MAIL,
    expected: undefined,
  },
  {
    when: 'the channel refused it',
    status: { state: 'Denied' },
    told: { requested: time(0), problem: 'it answers 413' },
    expected: undefined,
  },
];

describe('what is due', () => {
  test.each(CASES)('when $when', ({ status = {}, told = {}, minutes = 1, habits = FOLLOWS, expected }) => {
    const next = due(
      requestOf({ status }),
      told,
      at(told.requested === time(0) && typeof expected === 'number' ? 0 : minutes),
      habits,
    );
    const seen = next.kind === 'tell' ? next.news : next.kind === 'wait' ? next.ms : undefined;
    expect(seen).toBe(expected);
  });

  test('is the end of a request once, whatever was missed in between', () => {
    const request = requestOf({ status: { state: 'Approved', votes: [vote('ada'), vote('grace')] } });
    const told = toldOf(request, { requested: time(0), ref: 'C1/1' }, 'Settled', EXPIRES, undefined);
    expect(told).toEqual({ requested: time(0), ref: 'C1/1', votes: 2, settled: 'Approved' });
    expect(due(request, told, EXPIRES, FOLLOWS)).toEqual({ kind: 'nothing' });
  });
});

test('what is told is recorded with what the channel calls it by', () => {
  expect(toldOf(requestOf(), {}, 'Requested', at(1), 'C1/2')).toEqual({ requested: time(1), ref: 'C1/2' });
  expect(toldOf(requestOf(), { requested: time(1) }, 'Reminder', at(8), undefined)).toEqual({
    requested: time(1),
    reminded: time(8),
  });
});
