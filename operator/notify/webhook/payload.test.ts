import { expect, test } from 'vitest';
import { requestOf } from '../testing/request.ts';
import type { News } from '../told.ts';
import { payloadOf } from './payload.ts';

const payload = (news: News, status: object = {}) =>
  payloadOf({ request: requestOf({ status }), news, told: {}, now: Date.parse('2026-11-21T10:00:01Z') });

test.each([
  ['Requested', 'approval.requested'],
  ['Reminder', 'approval.reminder'],
  ['Voted', 'approval.voted'],
  ['Settled', 'approval.settled'],
] as const)('%s is %s', (news, type) => {
  expect(payload(news)).toMatchObject({ type, timestamp: '2026-11-21T10:00:01.000Z' });
});

test('what became of it is said once it is known, and then nothing how to decide', () => {
  const status = {
    state: 'Consumed',
    votes: [{ username: 'ada', decision: 'Approved' }],
    decidedBy: 'ada',
    decidedAt: '2026-11-21T10:00:00Z',
    consumedAt: '2026-11-21T10:00:01Z',
    reason: 'invoice 4711',
  };
  const { data } = payload('Settled', status) as { data: object };
  const { reason, ...rest } = status;
  expect(data).toMatchObject({ ...rest, reason: 'transfers need a second person', decisionReason: reason });
  expect(data).not.toHaveProperty('commands');
  expect((payload('Requested') as { data: object }).data).not.toHaveProperty('decidedBy');
});
