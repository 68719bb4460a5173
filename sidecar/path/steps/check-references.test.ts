import { beforeEach, describe, expect, it } from 'vitest';
import type { MethodRule } from '../../../core/mcp/catalogue.ts';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import { policyOf } from '../../../test/support/policy.ts';
import { LocalProof } from '../../identity/proof.ts';
import { Conversation } from '../../memory/conversation.ts';
import { HandleSeal } from '../../memory/handle-seal.ts';
import { TaskTable } from '../../memory/tasks.ts';
import { serverOf } from '../../policy/source.ts';
import { GETTERS } from '../../testing/answering.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { upstreamRequestOf } from '../dispatch/upstream-request.ts';
import type { JudgedCall } from '../../call/call.ts';
import { checkReferences } from './check-references.ts';

const clock = { now: () => 0, monotonic: () => 0 };
let gate: Parameters<typeof checkReferences>[1];
let policy: Policy;
beforeEach(() => {
  policy = GETTERS;
  gate = {
    tasks: new TaskTable(),
    seal: new HandleSeal(Buffer.alloc(32, 1)),
    clock,
    policy: { current: () => policy },
  };
});

function checked(message: Parameters<typeof judgingMessage>[0]['message'], reading: object = {}, rule?: MethodRule) {
  const options = { policy: GETTERS, proof: new LocalProof(ada) };
  const call = judgingMessage({ message, reading: { policy: GETTERS, ...reading }, judgement: { rule } }, options);
  return { call, reason: checkReferences(call, gate)?.reason };
}

describe('an answer to the server', () => {
  const response = { kind: 'response', id: 7, failed: false, view: undefined } as const;

  it('is one to what it has asked, and only once', () => {
    const conversation = new Conversation();
    conversation.askedBack.set(7, true);
    expect(checked(response, { conversation }).reason).toBeUndefined();
    expect(checked(response, { conversation }).reason).toBe('unexpected-response');
  });
});

describe('a task', () => {
  it('is its caller’s own, or none', () => {
    gate.tasks.begun('t1', ada, 'export');
    expect(checked(requestOf('tasks/get', { taskId: 't1' })).reason).toBeUndefined();
    expect(checked(requestOf('tasks/get', { taskId: 't2' })).reason).toBe('task-not-found');
  });

  it.each<[what: string, method: string, taskId: string, reason: string | undefined]>([
    ['says nothing of a halted tool’s', 'tasks/get', 't1', 'halted'],
    ['gives no result of it', 'tasks/result', 't1', 'halted'],
    ['is taken back all the same', 'tasks/cancel', 't1', undefined],
    ['of another tool goes on', 'tasks/get', 't2', undefined],
    ['of no tool goes on', 'tasks/get', 't3', undefined],
    ['of somebody else is none, halted or not', 'tasks/get', 'theirs', 'task-not-found'],
  ])('%s', (_what, method, taskId, reason) => {
    gate.tasks.begun('t1', ada, 'export');
    gate.tasks.begun('t2', ada, 'get_a');
    gate.tasks.begun('t3', ada, undefined);
    gate.tasks.begun('theirs', { ...ada, name: 'bob' }, 'export');
    policy = policyOf({ tools: [], halt: { reason: 'incident 4711', tools: ['exp*'] } });
    const { call, reason: found } = checked(requestOf(method, { taskId }), {}, { door: 'task', lists: false });
    expect(found).toBe(reason);
    // Who takes it back is not cut off when the tool is halted.
    const tool = { t1: 'export', t2: 'get_a' }[taskId];
    const isAbout = method !== 'tasks/cancel' && tool !== undefined;
    expect(call.doing.targets).toEqual(isAbout ? [{ kind: 'tool', name: tool, args: undefined }] : []);
  });
});

describe('the state of a call that waited for input', () => {
  const modern = { revision: findRevision('2026-07-28') };
  const bringing = (requestState: string) =>
    checked(requestOf('tools/call', { name: 'a', inputResponses: {}, requestState }), modern);

  it('goes to the server as it gave it, and the call stays as its client sent it', () => {
    const sealed = gate.seal.seal('state', ada, serverOf(GETTERS));
    const { call, reason } = bringing(sealed);
    expect(reason).toBeUndefined();
    expect(call.content.body.toString()).toContain(sealed);
    expect(upstreamRequestOf(call as unknown as JudgedCall).body?.toString()).toContain('"requestState":"state"');
  });

  it('is refused where it was not given to whoever brings it', () => {
    const eve = { kind: 'token', name: 'eve', groups: [] } as const;
    expect(bringing('state').reason).toBe('state-not-found');
    expect(bringing(gate.seal.seal('state', eve, serverOf(GETTERS))).reason).toBe('state-not-found');
  });
});

it('what tells something and asks for nothing brings nothing back', () => {
  expect(checked({ kind: 'notification', method: 'notifications/initialized', params: {} }).reason).toBeUndefined();
});
