import { expect, test } from 'vitest';
import { auditWitnessed } from './audit-witnessed.ts';

const entry = (pod: string) => ({
  server: 'finance/ledger',
  pod,
  uid: pod,
  time: '2026-11-30T10:00:00.000Z',
  note: `sallyport/finance/ledger/${pod}/t\n7\nroot\n\n— x y\n`,
});
const forked = (pod: string) => ({
  ...entry(pod),
  fork: { time: '2026-11-30T10:01:00.000Z', pod, size: 9, root: 'r', why: 'another checkpoint was cosigned before' },
});

test('nothing is said where no gate has shown a checkpoint', () => {
  expect(auditWitnessed([])).toBeUndefined();
});

test('what is said of good ones does not change with each of them', () => {
  expect(auditWitnessed([entry('a'), entry('b')])).toEqual(auditWitnessed([entry('a')]));
  expect(auditWitnessed([entry('a')])).toMatchObject({ status: 'True', reason: 'Witnessed' });
});

test('a fork names pod, stream, and what to do', () => {
  const verdict = auditWitnessed([entry('a'), forked('c'), forked('b')]);
  expect(verdict).toMatchObject({ status: 'False', reason: 'Forked' });
  expect(verdict?.message).toMatch(
    /pod b, c has shown .*\(sallyport\/finance\/ledger\/c\/t, 9 lines, .*audit witnessed --server finance\/ledger/,
  );
});
