import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../../core/policy/decide.ts';
import { Refusal } from '../../../core/mcp/refusals.ts';
import { ada, tool } from '../../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { ApprovalBroker } from '../../approvals/broker.ts';
import { ApprovalDigests } from '../../approvals/digests.ts';
import { LocalApprovals } from '../../approvals/local-approvals.ts';
import { newApprovalName } from '../../approvals/name.ts';
import { LocalProof } from '../../identity/proof.ts';
import { Holds } from '../../memory/holds.ts';
import { TestReply, answerParts } from '../../testing/answering.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { awaitApproval } from './await-approval.ts';

const HELD = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: {} }] });
let gate: Parameters<typeof awaitApproval>[1];
let approvals: ApprovalBroker;
let parts: ReturnType<typeof answerParts>;
beforeEach(() => {
  parts = answerParts(HELD);
  approvals = new ApprovalBroker(parts.clock, newApprovalName);
  gate = {
    ...parts,
    policy: parts.policy,
    audit: parts.audit,
    draining: false,
    approvalDigests: new ApprovalDigests(Buffer.alloc(32)),
    credentials: { watchedFor: () => [] },
    approvals: new LocalApprovals(approvals, parts.clock),
  };
});

function asked(policy = HELD, exact = true) {
  const targets = [tool('transfer', { amount: 5 })];
  const verdict = decide(policy, { principal: ada, targets, inspection: undefined });
  const call = judgingMessage(
    { message: requestOf('tools/call', { name: 'transfer' }), reading: { policy }, judgement: { verdict, targets } },
    { proof: new LocalProof(ada) },
  );
  call.isRead(call.reading, { ...call.content, exact });
  const reply = new TestReply();
  return { call, reply, said: () => awaitApproval(call, gate, reply) };
}

const refused = ({ said }: ReturnType<typeof asked>): string | undefined => {
  const what = said();
  return what instanceof Refusal ? what.reason : expect.fail('it is not refused');
};

describe('a call that the rules allow', () => {
  it('waits for nobody', () => {
    expect(asked(policyOf(ALLOW_ALL)).said()).toBeUndefined();
  });
});

describe('a call that needs a person', () => {
  it('cannot wait where nobody can approve', () => {
    gate = { ...gate, approvals: undefined };
    expect(refused(asked())).toBe('approval-unavailable');
  });

  it('cannot wait where too much waits already', () => {
    gate = { ...gate, holds: new Holds(1) };
    expect(refused(asked())).toBe('approval-unavailable');
  });

  it('cannot wait when nobody could be shown what will run', () => {
    expect(refused(asked(HELD, false))).toBe('approval-unavailable');
  });

  it('goes on once, when a person has approved it, and has used the approval up', async () => {
    const { call, said } = asked();
    const wait = said();
    if (wait === undefined || wait instanceof Refusal) return expect.fail('it does not wait');
    const resumed = new Promise<string | undefined>((resolve) => {
      wait.begin((refusal) => resolve(refusal?.reason));
    });
    await new Promise((resolve) => setImmediate(resolve));
    const [approval] = approvals.list();
    approvals.decide(approval?.name ?? '', 'Approved', 'eve', undefined);
    expect(await resumed).toBeUndefined();
    expect(call.course.approval).toMatchObject({ name: approval?.name, state: 'Consumed' });
    expect(gate.holds.size).toBe(0);
  });

  it('is refused with the reason of whoever denied it', async () => {
    const { call, reply, said } = asked();
    const wait = said();
    if (wait === undefined || wait instanceof Refusal) return expect.fail('it does not wait');
    const resumed = new Promise<Refusal | undefined>((resolve) => {
      wait.begin(resolve);
    });
    await new Promise((resolve) => setImmediate(resolve));
    approvals.decide(approvals.list()[0]?.name ?? '', 'Denied', 'eve', 'too much');
    expect(await resumed).toMatchObject({
      reason: 'approval-denied',
      message: expect.stringContaining('too much') as string,
    });
    expect([call.course.approval?.state, reply.started]).toEqual(['Denied', true]);
  });
});
