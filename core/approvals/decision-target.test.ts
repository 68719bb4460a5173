import { expect, test } from 'vitest';
import { type DecisionTarget, readDecisionTarget, writeDecisionTarget } from './decision-target.ts';

const target: DecisionTarget = {
  namespace: 'finance',
  name: 'ledger-transfer-x7k2m',
  uid: '0b8dd2d5-6a0c-4a6a-9a7e-6f6f1c2f3a41',
  subject: { field: 'call', digest: `sha256:${'a'.repeat(64)}` },
};

test('what is written is read again', () => {
  expect(readDecisionTarget(writeDecisionTarget(target))).toEqual(target);
  const { subject: _, ...whole } = target;
  expect(readDecisionTarget(writeDecisionTarget(whole))).toEqual(whole);
});

test('the longest one fits into a button', () => {
  const longest = { ...target, namespace: 'n'.repeat(63), name: 'r'.repeat(253) };
  expect(writeDecisionTarget(longest).length).toBeLessThan(600);
});

test.each([
  ['no JSON', '{'],
  ['no object', '"finance/x"'],
  ['a path', JSON.stringify({ ...target, name: '../../secrets/x' })],
  ['a field more', JSON.stringify({ ...target, user: 'ada' })],
  [
    'another subject',
    JSON.stringify({ ...target, subject: { field: 'principal', digest: `sha256:${'a'.repeat(64)}` } }),
  ],
  ['no uid', JSON.stringify({ ...target, uid: undefined })],
])('%s is no target', (_, text) => {
  expect(readDecisionTarget(text)).toBeUndefined();
});
