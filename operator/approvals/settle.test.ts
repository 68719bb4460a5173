import { describe, expect, test } from 'vitest';
import { approvalRequest, REVISION } from '../testing/gen.ts';
import { settle, type SettleContext } from './settle.ts';

const at = (time: string): number => Date.parse(`2026-11-21T${time}Z`);
const context = (more: Partial<SettleContext> = {}): SettleContext => ({
  now: at('10:01:00'),
  keepSettledForMs: 3_600_000,
  revision: REVISION,
  isSameRequester: true,
  ...more,
});
const vote = (username: string, decision: string, more: object = {}) => ({ username, decision, ...more });
const pending = (...votes: object[]) => approvalRequest({ status: { state: 'Pending', votes } });
const of = (quorums: object, status: object) =>
  approvalRequest({ spec: { quorums }, status: { state: 'Pending', ...status } });
const treasury = [{ quorum: 2, approvers: { groups: ['treasury'] } }];
const seen = '2026-11-21T10:01:00.000Z';

describe('a request that waits', () => {
  test('is left alone until it expires', () => {
    expect(settle(pending(), context())).toEqual({ kind: 'wait', ms: 14 * 60_000 });
  });

  test('is approved by one vote, in the name and with the words of the voter', () => {
    const request = pending(vote('ada', 'Approved', { reason: 'invoice 4711', time: '2026-11-21T10:00:30Z' }));
    expect(settle(request, context())).toEqual({
      kind: 'set',
      status: {
        ...{ state: 'Approved', tally: '1/1', decidedBy: 'ada', decidedAt: '2026-11-21T10:00:30Z' },
        reason: 'invoice 4711',
      },
    });
  });

  test('says how many votes there are when it takes more, and when each was seen first', () => {
    expect(settle(of(treasury, {}), context())).toEqual({ kind: 'count', status: { state: 'Pending', tally: '0/2' } });
    const ada = { ...vote('ada', 'Approved'), groups: ['treasury'] };
    const counted = { tally: '1/2', votes: [{ ...ada, time: seen }] };
    expect(settle(of(treasury, { tally: '0/2', votes: [ada] }), context())).toEqual({
      kind: 'count',
      status: { state: 'Pending', ...counted },
    });
    expect(settle(of(treasury, counted), context())).toMatchObject({ kind: 'wait' });
  });

  test('is approved by as many as it takes, in the names of all and at the time of the last', () => {
    const ada = { ...vote('ada', 'Approved', { time: '2026-11-21T10:00:30Z' }), groups: ['treasury'] };
    const grace = { ...vote('grace', 'Approved', { reason: 'seen' }), groups: ['treasury'] };
    expect(settle(of(treasury, { votes: [ada, grace] }), context())).toEqual({
      kind: 'set',
      status: {
        ...{ state: 'Approved', tally: '2/2', decidedBy: 'ada, grace', decidedAt: seen, reason: 'seen' },
        votes: [ada, { ...grace, time: seen }],
      },
    });
  });

  test('names as many of those who decided as there is room for', () => {
    const votes = [1, 2, 3].map((i) => vote(`${i}`.repeat(500), 'Approved'));
    const next = settle(of([{ quorum: 3 }], { votes }), context());
    expect(next.kind === 'set' && next.status.decidedBy).toHaveLength(1024);
  });

  test('is withdrawn, approved or not, when others stand behind the caller than did', () => {
    const withdrawn = { kind: 'set', status: { state: 'Withdrawn' } };
    expect(settle(pending(vote('ada', 'Approved')), context({ isSameRequester: false }))).toEqual(withdrawn);
    const approved = approvalRequest({ status: { state: 'Approved' } });
    expect(settle(approved, context({ isSameRequester: false }))).toEqual(withdrawn);
  });

  test('is denied when one of several votes says no, whatever came first', () => {
    const request = pending(vote('ada', 'Approved'), vote('bob', 'Denied'));
    expect(settle(request, context())).toMatchObject({ kind: 'set', status: { state: 'Denied', decidedBy: 'bob' } });
  });

  test('expires, votes or not', () => {
    const request = pending(vote('ada', 'Approved'));
    expect(settle(request, context({ now: at('10:15:00') }))).toEqual({ kind: 'set', status: { state: 'Expired' } });
  });

  test('has no state yet right after it was made, which means the same', () => {
    expect(settle(approvalRequest(), context())).toMatchObject({ kind: 'wait' });
  });

  test('is withdrawn when its server is gone', () => {
    expect(settle(pending(), context({ revision: undefined }))).toEqual({
      kind: 'set',
      status: { state: 'Withdrawn' },
    });
  });

  test('is withdrawn a minute after the policy changed, since nothing would be sent any more', () => {
    const changed = { revision: `sha256:${'b'.repeat(64)}` };
    expect(settle(pending(), context({ ...changed, now: at('10:00:59') }))).toEqual({ kind: 'wait', ms: 1000 });
    expect(settle(pending(), context(changed))).toEqual({ kind: 'set', status: { state: 'Withdrawn' } });
  });
});

describe('a request that is settled', () => {
  test('expires when its approval was not used in time', () => {
    const request = approvalRequest({ status: { state: 'Approved' } });
    expect(settle(request, context({ now: at('10:15:01') }))).toEqual({ kind: 'set', status: { state: 'Expired' } });
  });

  test.each(['Denied', 'Consumed', 'Expired', 'Withdrawn'])(
    '%s is kept for as long as configured, then deleted',
    (state) => {
      const request = approvalRequest({ status: { state, decidedAt: '2026-11-21T10:00:30Z' } });
      expect(settle(request, context({ now: at('11:14:59') }))).toEqual({ kind: 'wait', ms: 1000 });
      expect(settle(request, context({ now: at('11:15:00') }))).toEqual({ kind: 'delete' });
    },
  );
});
