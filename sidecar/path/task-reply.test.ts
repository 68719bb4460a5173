import { beforeEach, describe, expect, it } from 'vitest';
import { ada } from '../../core/policy/testing/gen.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import { SSE_HEADERS } from '../call/reply.ts';
import { type HeldTask, HeldTasks } from '../memory/held-tasks.ts';
import { PodHandles } from '../memory/pod-handles.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { TaskReply } from './task-reply.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
let task: HeldTask;
let reply: TaskReply;
let handles: PodHandles;
beforeEach(() => {
  const clock = new FakeClock();
  handles = new PodHandles('finance/ledger');
  task = new HeldTasks(clock, 1024).begin(ada, clock.now() + 1000, 'waits');
  reply = new TaskReply(task, '1', handles);
});

const message = (member: string, id: unknown = 1): string => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},${member}}`;
const state = () => task.state('n');

it.each<[string, () => void]>([
  ['in one piece', () => reply.send(200, JSON_HEADERS, message('"result":{"n": 5.0}'))],
  [
    'in chunks',
    () => {
      reply.start(200, JSON_HEADERS);
      const text = message('"result":{"n": 5.0}');
      for (const half of [text.slice(0, 20), text.slice(20)]) reply.write(Buffer.from(half));
      reply.end();
    },
  ],
  [
    'as an event, behind progress and an answer to another',
    () => {
      reply.start(200, SSE_HEADERS);
      reply.write(messageEvent('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}'));
      reply.write(messageEvent(message('"result":{}', 2)));
      expect([reply.open, reply.started, reply.unread]).toEqual([true, true, 0]);
      reply.write(messageEvent(message('"result":{"n": 5.0}')));
      reply.end();
    },
  ],
])('keeps the answer as it is spelled, whether it comes %s', (_name, say) => {
  say();
  expect([state().status, state().outcome]).toEqual(['completed', { result: '{"n": 5.0}', failed: false }]);
  expect(reply.open).toBe(false);
});

describe('what the task becomes', () => {
  it.each<[string, string, object]>([
    ['a failed one, of an error', '"error":{"code":1}', { status: 'failed', outcome: { error: '{"code":1}' } }],
    ['one whose tool says it failed', '"result":{"isError":true}', { status: 'completed', outcome: { failed: true } }],
    ['a failed one, of a question', '"result":{"resultType":"input_required"}', { status: 'failed' }],
    ['a failed one, of nothing', '"else":1', { status: 'failed' }],
  ])('is %s', (_name, member, expected) => {
    reply.send(200, JSON_HEADERS, message(member));
    expect(state()).toMatchObject(expected);
  });

  it.each(['"result":{"resultType":"task","taskId":"own"}', '"result":{"task":{"taskId":"own"}}'])(
    'is the server’s own: %s',
    (member) => {
      reply.send(200, JSON_HEADERS, message(member));
      expect([task.serverTask, state().status]).toEqual(['own', 'working']);
    },
  );

  it('is that also where the gate has named it', () => {
    handles.adopt(Buffer.alloc(32, 1), []);
    handles.listensAt({ address: '127.0.0.1', port: 1 });
    reply.send(200, JSON_HEADERS, message(`"result":{"resultType":"task","taskId":"${handles.seal('own', 'task')}"}`));
    expect(task.serverTask).toBe('own');
  });

  it.each<[string, () => void]>([
    ['cut off', () => reply.destroy()],
    ['no answer', () => (reply.start(200, SSE_HEADERS), reply.end())],
    ['no message', () => reply.send(202, {}, '')],
  ])('is a failed one when there is %s', (_name, end) => {
    end();
    expect(state()).toMatchObject({
      status: 'failed',
      outcome: { error: expect.stringContaining('-31021') as string },
    });
  });
});

it('a task that is cancelled is a client that has left', () => {
  let left = 0;
  reply.onClientGone(() => left++);
  reply.onDrain();
  task.cancel();
  expect([left, reply.open]).toEqual([1, false]);
});
