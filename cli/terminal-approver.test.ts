import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApprovalSubject } from '../sidecar/approvals/approval.ts';
import { ApprovalBroker } from '../sidecar/approvals/broker.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { Narrator } from './narrator.ts';
import { TerminalApprover } from './terminal-approver.ts';

const subject = (digest: string): ApprovalSubject => ({
  namespace: 'default',
  server: 's',
  method: 'tools/call',
  target: { kind: 'tool', name: 'write', args: undefined },
  principal: { kind: 'token', name: 'ada', groups: [] },
  digest: `sha256:${digest.repeat(64)}`,
  pin: undefined,
  shown: {},
  preview: { text: 'a\u202eb' },
  reason: 'why',
  rules: ['r'],
  revision: `sha256:${'b'.repeat(64)}`,
  expiresMs: 60_000,
});

function sit(isTTY = true, waiting = ['1', '2']) {
  let count = 0;
  const approvals = new ApprovalBroker(SYSTEM_CLOCK, () => `a${++count}`);
  for (const digest of waiting) approvals.submit(subject(digest));
  const input = Object.assign(new PassThrough(), { isTTY });
  let printed = '';
  const output = new PassThrough().on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const approver = TerminalApprover.start(
    approvals,
    input as unknown as NodeJS.ReadStream,
    new Narrator(output, false),
  );
  onTestFinished(() => approver?.close());
  return { approvals, approver, type: (line: string) => approver?.take(line), printed: () => printed };
}

const stateOf = (approvals: ApprovalBroker, name: string) => {
  const approval = approvals.get(name);
  return [approval?.state, approval?.reason];
};

describe('TerminalApprover', () => {
  it('is there only when somebody sits at the terminal', () => {
    expect(sit(false).approver).toBeUndefined();
    expect(sit().printed()).toContain('to approve');
  });

  it.each([
    ['a a2', 'a2', ['Approved', undefined]],
    ['approve a2 looks fine', 'a2', ['Approved', 'looks fine']],
    ['d a1 not today', 'a1', ['Denied', 'not today']],
  ])('%j decides', (line, name, state) => {
    const { approvals, type } = sit();
    type(line);
    expect(stateOf(approvals, name)).toEqual(state);
  });

  it.each([
    ['a', ['Approved', undefined]],
    ['d not today', ['Denied', 'not today']],
  ])('%j means the only one that waits', (line, state) => {
    const { approvals, type } = sit(true, ['1']);
    type(line);
    expect(stateOf(approvals, 'a1')).toEqual(state);
  });

  it.each(['', 'yes', 'a', 'a a9', 'd', 'x a1'])('%j decides nothing', (line) => {
    const { approvals, type } = sit();
    type(line);
    expect([stateOf(approvals, 'a1'), stateOf(approvals, 'a2')]).toEqual([
      ['Pending', undefined],
      ['Pending', undefined],
    ]);
  });

  it('shows all of a call, with what could disguise itself escaped', () => {
    const { type, printed } = sit();
    type('s a1');
    expect(printed()).toContain('"text": "a\\u202eb"');
    expect(printed()).toContain('why');
  });
});
