import { describe, expect, test } from 'vitest';
import { approvalRequestSchema } from '../../core/api/approval-request.ts';
import { type ApprovalRecord, toApprovalRequest } from './approval.ts';

const record = (fields: Partial<ApprovalRecord> = {}): ApprovalRecord => ({
  name: 'ledger-transfer-x7k2m',
  subject: {
    namespace: 'finance',
    server: 'ledger',
    method: 'tools/call',
    target: { kind: 'tool', name: 'transfer', args: undefined },
    principal: { kind: 'token', name: 'ada', groups: ['agents'] },
    digest: `sha256:${'a'.repeat(64)}`,
    pin: undefined,
    shown: {},
    preview: { amount: 5 },
    reason: 'money needs people',
    rules: ['finance/payments#transfer', 'finance/base#all'],
    revision: `sha256:${'b'.repeat(64)}`,
    expiresMs: 60_000,
  },
  pin: undefined,
  createdAt: 0,
  expiresAt: Date.parse('2026-11-21T10:15:00Z'),
  state: 'Pending',
  decidedBy: undefined,
  decidedAt: undefined,
  reason: undefined,
  consumedAt: undefined,
  ...fields,
});

test('an approval of this process has the shape of one in a cluster', () => {
  const request = toApprovalRequest(record());
  expect(approvalRequestSchema.safeParse(request).error).toBeUndefined();
  expect(request).toMatchObject({
    metadata: { name: 'ledger-transfer-x7k2m', namespace: 'finance' },
    spec: {
      subject: { type: 'Call', call: { method: 'tools/call', tool: 'transfer', preview: { amount: 5 } } },
      rule: 'finance/payments#transfer, finance/base#all',
      expiresAt: '2026-11-21T10:15:00.000Z',
      principal: { name: 'ada', groups: ['agents'] },
    },
    status: { state: 'Pending' },
  });
});

test.each(['tool', 'resource', 'prompt'] as const)('a %s is named under its kind', (kind) => {
  const { subject } = record();
  const { spec } = toApprovalRequest(record({ subject: { ...subject, target: { kind, name: 'x', args: undefined } } }));
  const { tool, resource, prompt, ...call } = spec.subject.call ?? expect.fail('no call');
  expect({ tool, resource, prompt }).toEqual({ [kind]: 'x' });
  expect(Object.keys(call)).toEqual(['method', 'preview', 'digest', 'shown']);
});

describe('what was decided', () => {
  const status = (fields: Partial<ApprovalRecord>) => toApprovalRequest(record(fields)).status;
  test('is nothing while nobody has', () => expect(status({})).toEqual({ state: 'Pending' }));
  test('is by whom, when and why', () => {
    expect(status({ state: 'Denied', decidedBy: 'ada', decidedAt: 0, reason: 'no' })).toEqual({
      state: 'Denied',
      decision: 'Denied',
      decidedBy: 'ada',
      decidedAt: '1970-01-01T00:00:00.000Z',
      reason: 'no',
    });
  });
  test.each(['Approved', 'Consumed', 'Expired'] as const)('was a yes where it is %s by now', (state) => {
    expect(status({ state, decidedBy: 'ada' })).toMatchObject({ state, decision: 'Approved' });
  });
  test('is used up at its time', () => {
    expect(status({ state: 'Consumed', consumedAt: 1000 })).toEqual({
      state: 'Consumed',
      consumedAt: '1970-01-01T00:00:01.000Z',
    });
  });
});
