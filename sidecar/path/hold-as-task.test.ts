import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import { decide } from '../../core/policy/decide.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import { policyOf } from '../../test/support/policy.ts';
import type { Approval, ApprovalSubject } from '../approvals/approval.ts';
import { ApprovalBroker } from '../approvals/broker.ts';
import { LocalApprovals } from '../approvals/local-approvals.ts';
import { newApprovalName } from '../approvals/name.ts';
import { SSE_HEADERS } from '../call/reply.ts';
import { LocalProof } from '../identity/proof.ts';
import { TestReply, answerParts } from '../testing/answering.ts';
import { judgingMessage, requestOf } from '../testing/calls.ts';
import { Hold } from './hold.ts';
import { type WaitingTask, holdAsTask } from './hold-as-task.ts';

const DECLARED = {
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
};
let parts: ReturnType<typeof answerParts>;
let reply: TestReply;
beforeEach(() => {
  parts = answerParts();
  reply = new TestReply();
});

function held(version: string, params: object): WaitingTask | undefined {
  const message = requestOf('tools/call', params, 7);
  const reading = { revision: findRevision(version) };
  const call = judgingMessage({ message, reading }, { proof: new LocalProof(ada) });
  const approval = { name: 'a-1', expiresAt: parts.clock.now() + 60_000 } as Approval;
  return holdAsTask(call, reply, approval, parts);
}

const said = () => JSON.parse(reply.text.replace(/^[^{]*/, '')) as { id: number; result: Record<string, unknown> };

it('answers its client with a task of its own, which is good for that one alone', () => {
  const waiting = held('2026-07-28', DECLARED) ?? expect.fail('it takes none');
  const { id, result } = said();
  expect([id, result['resultType'], result['taskId']]).toEqual([7, 'task', waiting.task.id]);
  expect(parts.tasks.isOf(waiting.task.id, ada)).toBe(true);
  expect(parts.tasks.isOf(waiting.task.id, { ...ada, name: 'bob' })).toBe(false);
  waiting.reply.send(200, {}, '{"jsonrpc":"2.0","id":7,"result":{}}');
  expect(waiting.task.state('n').status).toBe('completed');
});

it('tells the name by which other gates find it', () => {
  parts.handles.adopt(Buffer.alloc(32, 1), []);
  parts.handles.listensAt({ address: '127.0.0.1', port: 1 });
  const waiting = held('2026-07-28', DECLARED) ?? expect.fail('it takes none');
  expect(parts.handles.open(String(said().result['taskId']), 'task')?.id).toBe(waiting.task.id);
});

it('ends a stream that was kept open with it', () => {
  reply.start(200, SSE_HEADERS);
  expect(held('2025-11-25', { task: {} })).toBeDefined();
  expect(said().result).toMatchObject({ task: { status: 'working' } });
  expect(reply.open).toBe(false);
});

describe('is none', () => {
  it.each([
    ['2026-07-28', {}],
    ['2026-07-28', { task: {} }],
    ['2025-11-25', DECLARED],
    ['2025-06-18', { task: {} }],
  ])('for a client that takes none: %s, %j', (version, params) => {
    expect([held(version, params), reply.text]).toEqual([undefined, '']);
  });

  it('for one that has left', () => {
    reply.leave();
    expect(held('2026-07-28', DECLARED)).toBeUndefined();
  });
});

describe('an approval', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A call that waits as a task, approved when its client has not asked for long. */
  async function approved() {
    const policy = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: { hold: '1s' } }] });
    let inForce = policy;
    const broker = new ApprovalBroker(parts.clock, newApprovalName);
    const gate = { ...parts, ...{ audit: parts.audit, policy: { current: () => inForce } }, draining: false };
    const approvals = new LocalApprovals(broker, parts.clock);
    const targets = [tool('transfer')];
    const verdict = decide(policy, { principal: ada, targets, inspection: undefined });
    const reading = { policy, revision: findRevision('2026-07-28') };
    const call = judgingMessage(
      { message: requestOf('tools/call', DECLARED), reading, judgement: { verdict, targets } },
      { policy, proof: new LocalProof(ada) },
    );
    const target = { kind: 'tool', name: 'transfer' } as const;
    const subject = {
      target,
      server: 'ledger',
      principal: ada,
      digest: 'd',
      revision: policy.revision,
      expiresMs: 600_000,
      reason: 'by a test',
    };
    const ended: unknown[] = [];
    const hold = new Hold(call, reply, { ...gate, approvals }, approvals, subject as ApprovalSubject, undefined);
    hold.begin((refusal, instead) => ended.push(refusal?.reason, instead?.open));
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(1_000);
    const [asked] = broker.list();
    const task = parts.heldTasks.find(String(said().result['taskId']), ada) ?? expect.fail('there is none');
    parts.clock.advance(60_000);
    broker.decide(asked?.name ?? '', 'Approved', 'eve', undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([broker.list()[0]?.state, ended]).toEqual(['Approved', []]);
    const ask = async (): Promise<void> => {
      task.asked();
      await vi.advanceTimersByTimeAsync(0);
    };
    const state = () => broker.list()[0]?.state;
    return { task, ask, state, ended, setPolicy: (next: Policy) => void (inForce = next) };
  }

  it('is used up while somebody asks after the task, and not before', async () => {
    const { task, ask, state, ended } = await approved();
    await ask();
    expect([state(), ended, parts.holds.size]).toEqual(['Consumed', [undefined, true], 0]);
    // Its own client left long ago, with the answer that it got.
    reply.leave();
    expect(task.state('n')).toMatchObject({ status: 'working', statusMessage: 'approved, and under way' });
  });

  it('is not used up for a call that cannot be sent by the time somebody asks', async () => {
    const { ask, state, ended, setPolicy } = await approved();
    setPolicy(policyOf({ tools: [{ names: ['*'], effect: 'Deny' }] }));
    await ask();
    expect([state(), ended]).toEqual(['Approved', ['approval-outdated', true]]);
  });
});
