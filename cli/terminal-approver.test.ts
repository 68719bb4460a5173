import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ReadStream } from 'node:tty';
import { ApprovalBroker } from '../sidecar/approvals/broker.ts';
import { newApprovalName } from '../sidecar/approvals/name.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import type { Gate } from '../sidecar/gate.ts';
import { Narrator } from './narrator.ts';
import { TerminalApprover } from './terminal-approver.ts';

function start() {
  const approvals = new ApprovalBroker(SYSTEM_CLOCK, newApprovalName);
  const submission = approvals.submit({
    namespace: 'finance',
    server: 'ledger',
    method: 'tools/call',
    target: { kind: 'tool', name: 'transfer', args: undefined },
    principal: { kind: 'token', name: 'billing', groups: [] },
    digest: 'sha256:0',
    preview: {},
    reason: 'transfers need a person',
    rule: 'finance/rules#ask',
    revision: 'sha256:1',
    expiresMs: 60_000,
  });
  const output = new PassThrough();
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const narrator = new Narrator(output, false);
  const approver = TerminalApprover.start({ approvals } as unknown as Gate, input as unknown as ReadStream, narrator);
  if (approver === undefined || submission === undefined) return expect.fail();
  return { approver, approval: submission.approval, said: () => String(output.read()) };
}

describe('the terminal approver', () => {
  it('decides on the oldest when no name is given, and takes the rest for the reason', () => {
    const { approver, approval } = start();
    approver.take('a invoice 4711');
    expect(approval).toMatchObject({ state: 'Approved', reason: 'invoice 4711' });
  });

  it('decides on nothing when the name given is not known', () => {
    const { approver, approval, said } = start();
    approver.take('a ledger-transfer-bcdfgh');
    expect(approval.state).toBe('Pending');
    expect(said()).toContain('ledger-transfer-bcdfgh is not known');
  });
});
