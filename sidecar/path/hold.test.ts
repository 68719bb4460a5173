import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import { decide } from '../../core/policy/decide.ts';
import { Refusal } from '../../core/mcp/refusals.ts';
import { policyOf } from '../../test/support/policy.ts';
import { ApprovalBroker } from '../approvals/broker.ts';
import { LocalApprovals } from '../approvals/local-approvals.ts';
import { newApprovalName } from '../approvals/name.ts';
import type { Claim } from '../approvals/service.ts';
import type { Proof } from '../identity/proof.ts';
import { TestReply, type TestParts, answerParts } from '../testing/answering.ts';
import { judgingMessage, requestOf } from '../testing/calls.ts';
import type { HoldParts } from './hold.ts';
import { awaitApproval } from './steps/await-approval.ts';

const HELD = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: { hold: '20s' } }] });
const PARAMS = { name: 'transfer', arguments: { amount: 5 } };
let parts: TestParts;
let broker: ApprovalBroker;
let gate: HoldParts;
let reply: TestReply;
let isProven: boolean;
let claims: PromiseWithResolvers<Claim>[];
/** What each call has ended its wait with; undefined: it goes on. */
let ended: (string | undefined)[];
beforeEach(() => {
  vi.useFakeTimers();
  parts = answerParts(HELD);
  broker = new ApprovalBroker(parts.clock, newApprovalName);
  reply = new TestReply();
  isProven = true;
  [claims, ended] = [[], []];
  const local = new LocalApprovals(broker, parts.clock);
  const approvals = {
    submit: local.submit.bind(local),
    watch: local.watch.bind(local),
    claim: async (): Promise<Claim> => {
      claims.push(Promise.withResolvers<Claim>());
      return claims.at(-1)?.promise ?? expect.fail('there is one');
    },
  };
  gate = { ...parts, policy: parts.policy, audit: parts.audit, draining: false, approvals };
});
afterEach(() => vi.useRealTimers());

const settled = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(1));

async function held(params: object = PARAMS) {
  const targets = [tool('transfer')];
  const verdict = decide(HELD, { principal: ada, targets, inspection: undefined });
  const proof: Proof = { principal: ada, holds: () => isProven };
  const call = judgingMessage(
    {
      message: requestOf('tools/call', params),
      reading: { policy: HELD },
      judgement: { verdict, targets },
    },
    { proof, headers: { accept: 'text/event-stream' } },
  );
  const wait = awaitApproval(call, gate, reply);
  if (wait === undefined || wait instanceof Refusal) return expect.fail('it does not wait');
  wait.begin((refusal) => ended.push(refusal?.reason));
  await settled();
  return call;
}

async function approve(): Promise<void> {
  broker.decide(broker.list()[0]?.name ?? '', 'Approved', 'eve', undefined);
  await settled();
}

async function claim(kind: 'claimed' | 'not-claimed'): Promise<void> {
  const [approval] = broker.list();
  if (approval === undefined) return expect.fail('nobody was asked');
  claims[0]?.resolve({ kind, approval });
  await settled();
}

describe('a call that waits for a person', () => {
  it('shows that it is alive, and reports progress where its client asked for it', async () => {
    await held({ ...PARAMS, _meta: { progressToken: 7 } });
    expect(reply.text).toMatch(/^: /);
    expect(reply.messages).toMatchObject([{ method: 'notifications/progress', params: { progressToken: 7 } }]);
  });

  it('is told to call again when its time is over, and leaves nothing behind', async () => {
    await held();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([ended, parts.holds.size, vi.getTimerCount()]).toEqual([['approval-pending'], 0, 0]);
  });

  it('is over when its client leaves, and the question stays for an identical call', async () => {
    await held();
    reply.leave();
    await approve();
    expect([ended, claims.length, parts.holds.size]).toEqual([['approval-pending'], 0, 0]);
  });
});

describe('an approval', () => {
  it('is not used up for a call that could not be sent', async () => {
    await held();
    isProven = false;
    await approve();
    expect([ended, claims]).toEqual([['unauthenticated'], []]);
  });

  it('is not used up under another policy', async () => {
    await held();
    parts.setPolicy(policyOf({}));
    await approve();
    expect([ended, claims]).toEqual([['approval-outdated'], []]);
  });

  it('lets the call go on once it is used up, and not before', async () => {
    await held();
    await approve();
    expect(ended).toEqual([]);
    await claim('claimed');
    expect(ended).toEqual([undefined]);
  });

  it('that is being used up is waited for although the client leaves, and its call is not sent', async () => {
    const call = await held();
    await approve();
    reply.leave();
    expect([ended, parts.holds.size]).toEqual([[], 1]);
    await claim('claimed');
    expect([ended, call.course.approval?.name]).toEqual([['approval-pending'], broker.list()[0]?.name]);
  });

  it('that is being used up is waited for until the gate ends', async () => {
    await held();
    await approve();
    const over = parts.holds.settled(5_000);
    await vi.advanceTimersByTimeAsync(5_000);
    await over;
    expect([ended, parts.holds.size]).toEqual([['approval-unavailable'], 0]);
    await claim('claimed');
    expect(ended).toHaveLength(1);
  });

  it('that cannot be asked for, because the service throws, refuses the call', async () => {
    const fails = async (): Promise<never> => Promise.reject(new Error('of a test'));
    Object.assign(gate.approvals ?? {}, { submit: fails });
    await held();
    expect([ended, parts.holds.size]).toEqual([['internal-error'], 0]);
  });
});
