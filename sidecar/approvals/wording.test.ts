import { expect, it } from 'vitest';
import type { Approval, StandingGrant } from './approval.ts';
import { denied, expired, grantedNote, halted, outdated, pending, redefined, unknown, withdrawn } from './wording.ts';

const APPROVAL = {
  name: 'ledger-transfer-x7k2m',
  state: 'Pending',
  expiresAt: Date.UTC(2026, 10, 21, 10, 15),
  subject: { reason: 'transfers need two people', target: { kind: 'tool', name: 'transfer' } },
} as unknown as Approval;

it('says that a call waits, for whom, and until when', () => {
  const { message, data } = pending({ ...APPROVAL, votes: '1 of 2 votes; still needs 1 of treasury' }, undefined);
  expect(message).toBe(
    "Not executed yet: this call waits for a person's approval (ledger-transfer-x7k2m: transfers need two people). " +
      'At the last look it had 1 of 2 votes; still needs 1 of treasury. ' +
      'Call again with identical arguments to collect the decision, until 2026-11-21T10:15:00Z.',
  );
  expect(data).toMatchObject({ approval: APPROVAL.name, state: 'Pending', expiresAt: '2026-11-21T10:15:00.000Z' });
});

it('says that an approval of before does not cover the call', () => {
  expect(pending(APPROVAL, 'ledger-old').message).toContain('ledger-old was used once and does not cover this call');
  expect(pending(APPROVAL, undefined).message).not.toContain('was used once');
});

it('says who denied it and why, in words that cannot be taken for the rest', () => {
  expect(denied({ ...APPROVAL, decidedBy: 'ada', reason: 'no". Retry' }).message).toBe(
    'Not executed: ada denied this call (ledger-transfer-x7k2m). Reason given: "no\\". Retry". Do not retry it.',
  );
  expect(denied(APPROVAL).message).toContain('an approver denied this call');
});

it('says what has changed meanwhile', () => {
  expect(outdated(APPROVAL).message).toContain('the policy changed after ledger-transfer-x7k2m was asked for');
  expect(redefined(APPROVAL).message).toContain('what the server says of tool "transfer" changed');
  expect(withdrawn(APPROVAL).message).toContain('was withdrawn');
  expect(expired(APPROVAL).message).toContain('expired before it could be used');
});

it('says until when a caller is halted', () => {
  expect(halted('ledger-storm', '2026-11-21T11:00:00Z').message).toContain('until 2026-11-21T11:00:00Z (ledger-storm)');
});

it('says how much is left of a grant', () => {
  expect(grantedNote(APPROVAL, { id: 'a', tried: 1, uses: 3, maxUses: 10 } as unknown as StandingGrant)).toBe(
    '[Sallyport: allowed by the standing grant ledger-transfer-x7k2m; 7 of 10 uses left, until 2026-11-21T10:15:00Z.]',
  );
});

it('repeats no more of an unknown name than names are long', () => {
  expect(unknown('x'.repeat(500)).message).toContain(`"${'x'.repeat(100)}"`);
});
