import { expect, test } from 'vitest';
import type { GateNote } from '../../core/audit/gate-record.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Approval } from './approval.ts';
import { ApprovalNotes } from './approval-notes.ts';

const pending: Approval = {
  name: 'a-1',
  subject: {
    namespace: 'finance',
    server: 'ledger',
    method: 'tools/call',
    target: { kind: 'tool', name: 'transfer', args: undefined },
    principal: ada,
    digest: 'd',
    pin: undefined,
    shown: {},
    preview: {},
    reason: 'r',
    rules: ['finance/p#money'],
    revision: 'sha256:1',
    expiresMs: 1000,
  },
  expiresAt: 1000,
  pin: undefined,
  state: 'Pending',
  decidedBy: undefined,
  reason: undefined,
};

function noting() {
  const notes: GateNote[] = [];
  return { notes, approvals: new ApprovalNotes((note) => notes.push(note)) };
}

test('a question is on record once, however many calls wait for it, with the call that asked first', () => {
  const { notes, approvals } = noting();
  approvals.asked(pending, 'trace-1', 'session-1');
  approvals.asked(pending, 'trace-2', undefined);
  expect(notes).toMatchObject([
    { event: 'approval', name: 'a-1', state: 'Pending', tool: 'transfer', principal: ada, traceId: 'trace-1' },
  ]);
});

test('what becomes of it is on record once, with who decided and why; its use is on the record of the call', () => {
  const { notes, approvals } = noting();
  approvals.asked(pending, 'trace-1', 'session-1');
  const decided = { ...pending, state: 'Approved', decidedBy: 'eve', reason: 'known' } as const;
  approvals.changed(decided);
  approvals.changed(decided);
  approvals.changed({ ...decided, state: 'Consumed' });
  expect(notes.slice(1)).toMatchObject([
    { state: 'Approved', by: 'eve', reason: 'known', traceId: 'trace-1', session: 'session-1' },
  ]);
});

test('of what was not asked here there is nothing to say', () => {
  const { notes, approvals } = noting();
  approvals.changed({ ...pending, state: 'Denied' });
  expect(notes).toEqual([]);
});
