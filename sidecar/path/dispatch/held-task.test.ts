import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRevision } from '../../../core/mcp/revisions/index.ts';
import { ada } from '../../../core/policy/testing/gen.ts';
import type { JudgedCall } from '../../call/call.ts';
import { LocalProof } from '../../identity/proof.ts';
import type { HeldTask } from '../../memory/held-tasks.ts';
import { TestReply, answerParts } from '../../testing/answering.ts';
import { HTTP, judgedCall, requestOf } from '../../testing/calls.ts';
import type { PathParts } from '../parts.ts';
import { answerForTask, awaitTask } from './held-task.ts';

let parts: ReturnType<typeof answerParts>;
let gate: PathParts;
let reply: TestReply;
let task: HeldTask;
beforeEach(() => {
  vi.useFakeTimers();
  parts = answerParts();
  gate = parts as unknown as PathParts;
  reply = new TestReply();
  task = parts.heldTasks.begin(ada, parts.clock.now() + 60_000, 'waits');
});
afterEach(() => void vi.useRealTimers());

function asking(
  method: string,
  { taskId = task.id, version = '2026-07-28', headers = {}, principal = ada } = {},
): JudgedCall {
  const message = requestOf(method, { taskId, inputResponses: {} });
  const proof = new LocalProof(principal);
  return judgedCall({ message, reading: { revision: findRevision(version) } }, { proof, headers, mcpHeaders: HTTP });
}

const END = { result: '{"a":1}', failed: false };

describe('what is asked about a held call', () => {
  it('is answered here, and on record', () => {
    expect(answerForTask(asking('tasks/get'), reply, gate)).toBe(true);
    expect(reply.messages).toMatchObject([{ id: 1, result: { taskId: task.id, status: 'working' } }]);
    expect(parts.lines).toMatchObject([{ outcome: 'answered', decision: { reason: 'held-task' } }]);
  });

  it('is an error where the call ended with one', () => {
    task.ends({ error: '{"code":5,"message":"no"}' });
    answerForTask(asking('tasks/result', { version: '2025-11-25' }), reply, gate);
    expect(reply.messages).toMatchObject([{ error: { code: 5 } }]);
  });

  it('is nothing to a client that has left', () => {
    reply.leave();
    expect(answerForTask(asking('tasks/get'), reply, gate)).toBe(true);
    expect([reply.text, parts.lines.map(({ outcome }) => outcome)]).toEqual(['', ['client-gone']]);
  });

  it('may be that it is cancelled', () => {
    answerForTask(asking('tasks/cancel'), reply, gate);
    expect([task.state('n').status, reply.messages]).toMatchObject([
      'cancelled',
      [{ result: { resultType: 'complete' } }],
    ]);
  });

  it.each<[string, () => JudgedCall]>([
    ['another task', () => asking('tasks/get', { taskId: 'own' })],
    ['somebody else’s', () => asking('tasks/get', { principal: { ...ada, name: 'bob' } })],
    ['no task at all', () => asking('tools/call')],
  ])('is not %s', (_name, call) => {
    expect([answerForTask(call(), reply, gate), reply.text, parts.lines]).toEqual([false, '', []]);
  });
});

it('once the server goes on with it, the server is asked under its own name', () => {
  task.continuesAs('own');
  const call = asking('tasks/update', { headers: { 'mcp-name': task.id } });
  expect(answerForTask(call, reply, gate)).toBe(false);
  const [edit, ...others] = call.judgement.edits;
  const { start, end } = edit?.span ?? expect.fail('nothing is changed');
  expect([call.content?.body.toString('utf8', start, end), edit?.text, others]).toEqual([`"${task.id}"`, '"own"', []]);
  expect(call.request.headers['mcp-name']).toBe('own');
  const plain = asking('tasks/get');
  answerForTask(plain, reply, gate);
  expect(plain.request.headers).toEqual({});
});

describe('the result of a task of 2025-11-25', () => {
  const waiting = (headers = {}) => {
    const call = asking('tasks/result', { version: '2025-11-25', headers });
    const ended: unknown[] = [];
    awaitTask(call, gate, reply)?.begin((refusal) => ended.push(refusal));
    return { call, ended };
  };

  it('is waited for, with signs of life, and given as an event', () => {
    const { call, ended } = waiting();
    expect([ended, reply.started, parts.holds.size]).toEqual([[], true, 1]);
    const said = reply.text.length;
    vi.advanceTimersByTime(20_000);
    expect(reply.text.length).toBe(3 * said);
    task.ends(END);
    expect([ended, parts.holds.size]).toEqual([[undefined], 0]);
    answerForTask(call, reply, gate);
    expect([reply.messages, reply.open]).toMatchObject([[{ result: { a: 1 } }], false]);
  });

  it('is waited for in silence by a client that takes no events', () => {
    const { ended } = waiting({ accept: 'application/json' });
    expect(reply.started).toBe(false);
    task.continuesAs('own');
    expect(ended).toEqual([undefined]);
  });

  it.each<[string, () => void]>([
    ['its client leaves', () => reply.leave()],
    ['its session ends', () => parts.holds.cancelAll()],
    ['the gate ends', () => void parts.holds.settled(0)],
  ])('is not waited for any more once %s', async (_name, end) => {
    const { ended } = waiting();
    end();
    reply.leave();
    await vi.advanceTimersByTimeAsync(0);
    expect([ended, parts.holds.size]).toMatchObject([[{ reason: 'draining' }], 0]);
    task.ends(END);
    expect(ended).toHaveLength(1);
  });

  it('is there at once when the task is over', () => {
    task.ends(END);
    expect(waiting().ended).toEqual([]);
    expect(awaitTask(asking('tasks/get'), gate, reply)).toBeUndefined();
  });
});
