import { describe, expect, test } from 'vitest';
import { approvalRequest } from '../testing/gen.ts';
import { callerIn, callKeyOf, isOpen, stateOf } from './request.ts';

const NOW = Date.parse('2026-11-21T10:10:00Z');

test('a request without a status waits', () => {
  expect(stateOf(approvalRequest())).toBe('Pending');
});

describe('an identical call meets a request', () => {
  test.each([
    ['that waits', approvalRequest(), true],
    ['that is approved', approvalRequest({ status: { state: 'Approved' } }), true],
    ['that is denied, as long as it could have been approved', approvalRequest({ status: { state: 'Denied' } }), true],
    ['not when it is used', approvalRequest({ status: { state: 'Consumed' } }), false],
    ['not when it was withdrawn', approvalRequest({ status: { state: 'Withdrawn' } }), false],
    ['not when its time is over', approvalRequest({ spec: { expiresAt: '2026-11-21T10:10:00Z' } }), false],
  ])('%s', (_, request, expected) => {
    expect(isOpen(request, NOW)).toBe(expected);
  });
});

describe('the key of a call', () => {
  const key = callKeyOf(approvalRequest());

  test.each([
    ['another namespace', { namespace: 'sales' }],
    ['another server', { spec: { server: 'wiki' } }],
    ['another principal', { spec: { principal: { name: 'eve', groups: [] } } }],
    ['other arguments', { call: { digest: `sha256:${'e'.repeat(64)}` } }],
  ])('is another one for %s', (_, change) => {
    expect(callKeyOf(approvalRequest(change))).not.toBe(key);
  });

  test.each([
    ['of before there were subjects', undefined],
    ['about what this version does not know', { type: 'Grant', grant: {} }],
  ])('is none for a request %s', (_, subject) => {
    expect(callKeyOf(approvalRequest({ spec: { subject } }))).toBeUndefined();
  });
});

test('a caller is told from those whom others know by its name', () => {
  const ada = { name: 'ada' };
  const keys = [ada, { ...ada, issuer: 'https://a.example' }, { ...ada, issuer: 'https://b.example' }].map(callerIn);
  expect(new Set(keys).size).toBe(3);
});
