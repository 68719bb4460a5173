import { expect, it } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { Approval, ApprovalSubject } from '../approvals/approval.ts';
import { type HeldState, readHeldState } from '../approvals/held-state.ts';
import { LocalProof } from '../identity/proof.ts';
import { HandleSeal } from '../memory/handle-seal.ts';
import { serverOf } from '../policy/source.ts';
import { judgingMessage, requestOf } from '../testing/calls.ts';
import { comeBackWith } from './come-back.ts';

const POLICY = policyOf(ALLOW_ALL);
const seal = new HandleSeal(Buffer.alloc(32, 1));
const approval = {
  ...{ name: 'a-1', subject: { digest: 'sha256:x' } as ApprovalSubject, expiresAt: 5, state: 'Pending' },
} as Approval;

function stateOf(version: string, method: string, resumed?: HeldState): string | undefined {
  const reading = { policy: POLICY, revision: findRevision(version), ...(resumed && { resumed }) };
  const call = judgingMessage({ message: requestOf(method, { name: 't' }), reading }, { proof: new LocalProof(ada) });
  return comeBackWith(call, approval, { seal });
}

it('is for its caller and the server alone', () => {
  const sealed = stateOf('2026-07-28', 'tools/call') ?? expect.fail('there is none');
  const opened = seal.open(sealed, ada, serverOf(POLICY), 'held call');
  expect(readHeldState(opened ?? '')).toEqual({ approval: 'a-1', digest: 'sha256:x', expiresAt: 5, round: 1 });
  expect(seal.open(sealed, { ...ada, name: 'bob' }, serverOf(POLICY), 'held call')).toBeUndefined();
  expect(seal.open(sealed, ada, 'finance/other', 'held call')).toBeUndefined();
  expect(seal.open(sealed, ada, serverOf(POLICY))).toBeUndefined();
});

it.each([
  ['2026-07-28', 'resources/read', true],
  ['2026-07-28', 'prompts/get', true],
  ['2026-07-28', 'completion/complete', false],
  ['2025-11-25', 'tools/call', false],
])('in %s, for %s: %s', (version, method, there) => {
  expect(stateOf(version, method) !== undefined).toBe(there);
});

it('is none any more after enough rounds', () => {
  const last = { approval: 'a-1', digest: 'sha256:x', expiresAt: 5, round: 8 };
  expect(stateOf('2026-07-28', 'tools/call', last)).toBeUndefined();
});
