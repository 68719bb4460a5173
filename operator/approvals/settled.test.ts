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

test('one that waits stays as it is', () => {
  expect(settledStatus(pending, { state: 'Pending' }, NOW)).toEqual({ state: 'Pending' });
});
