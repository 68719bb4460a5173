import { expect, test } from 'vitest';
import { APPROVAL_STATES } from '../../core/api/approval-request.ts';
import { NEW_REQUEST } from '../../core/api/approval-conditions.ts';
import { approvalRequest } from '../testing/gen.ts';
import { settledStatus } from './settled.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const pending = approvalRequest({ status: structuredClone(NEW_REQUEST) });

test.each(APPROVAL_STATES.filter((state) => state !== 'Pending'))(
  'one that is %s is settled, and waits for nothing',
  (state) => {
    const { conditions, observedGeneration } = settledStatus(pending, { state }, NOW);
    expect(observedGeneration).toBe(1);
    expect(conditions).toMatchObject([
      {
        type: 'Settled',
        status: 'True',
        reason: state,
        observedGeneration: 1,
        lastTransitionTime: '2026-11-21T10:00:00Z',
      },
    ]);
  },
);

test('one that is used was settled when it was approved', () => {
  const approved = approvalRequest({ status: settledStatus(pending, { state: 'Approved' }, NOW) });
  const { conditions } = settledStatus(approved, { state: 'Consumed' }, NOW + 60_000);
  expect(conditions).toMatchObject([{ reason: 'Consumed', lastTransitionTime: '2026-11-21T10:00:00Z' }]);
});

test('one that waits says what it waits for, and still reconciles', () => {
  const quorums = [{ quorum: 2, approvers: { groups: ['treasury'] } }];
  const waits = approvalRequest({ spec: { quorums }, status: structuredClone(NEW_REQUEST) });
  const votes = [{ username: 'ada', groups: ['treasury'], decision: 'Approved' as const }];
  const { conditions } = settledStatus(waits, { state: 'Pending', votes }, NOW);
  expect(conditions).toMatchObject([
    { type: 'Settled', status: 'False', message: '1 of 2 votes; still needs 1 of treasury.', reason: 'Pending' },
    { type: 'Reconciling', status: 'True' },
  ]);
});
