/** Two gates in this process: the tasks that a request names are at one of them, and it comes to the other. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { messagesIn, request } from '../../../test/support/messages.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { askBy, hopsOf } from '../../../test/support/replicas.ts';
import { type ScriptedServer, startScripted } from '../../../test/support/scripted-server.ts';
import { PodHandles } from '../../memory/pod-handles.ts';

const KEY = Buffer.alloc(32, 1);
let server: ScriptedServer;
let owner: TestGate;
let other: TestGate;
let taskId: string;

beforeEach(async () => {
  server = await startScripted();
  const policy = policyOf({ ...ALLOW_ALL, limits: { body: '64Ki' } }, { anonymous: true });
  owner = await startGate({ upstream: server.url, policy, sharedKey: KEY });
  other = await startGate({ upstream: 'http://127.0.0.1:1/mcp', policy, sharedKey: KEY });
  server.json({ jsonrpc: '2.0', id: 1, result: { task: { taskId: 'own', status: 'working' } } });
  const [begun] = await ask('tools/call', { name: 'echo', arguments: {}, task: {} }, owner);
  ({ taskId } = (begun as { result: { task: { taskId: string } } }).result.task);
  server.json({ jsonrpc: '2.0', id: 1, result: { taskId: 'own', status: 'working' } });
});

afterEach(async () => {
  for (const one of [other, owner, server]) await one.close();
});

/** Of a gate that was at an address where nobody listens. */
function nobodysHandles(): PodHandles {
  const handles = new PodHandles('finance/ledger');
  handles.adopt(KEY, []);
  handles.listensAt({ address: '127.0.0.1', port: 1 });
  return handles;
}

async function ask(method: string, params: object, at = other, more: object = {}) {
  const headers = { 'mcp-protocol-version': '2025-11-25', ...more };
  const answer = await askBy(at.url, request(method, { ...params }), undefined, headers);
  return messagesIn(await answer.text());
}

it('the body that was read goes on as it came, and nothing of the call is kept', async () => {
  expect(await ask('tasks/get', { taskId, note: 'ü'.repeat(9_000) })).toMatchObject([{ id: 1, result: { taskId } }]);
  expect(server.posted.at(-1)?.params).toEqual({ taskId: 'own', note: 'ü'.repeat(9_000) });
  expect(await hopsOf([other])).toMatchObject({ answered: 1, unreachable: 0 });
  expect((await owner.decisions(2)).map(({ method }) => method)).toContain('tasks/get');
  expect(await other.decisions()).toEqual([]);
  await expect.poll(() => [other.gate.openCalls.present, other.gate.bytes.used]).toEqual([0, 0]);
});

it('a body that is too large is refused before anybody asks whose it is', async () => {
  const said = await ask('tasks/get', { taskId, note: 'x'.repeat(70_000) });
  expect(said).toMatchObject([{ id: 1, error: {} }]);
  expect(await hopsOf([other])).toMatchObject({ answered: 0 });
});

it('in a session nothing is passed on for the sake of a task', async () => {
  const answer = await askBy(other.url, request('tasks/get', { taskId }), 'a session of nobody');
  expect(answer.status).toBe(404);
  await answer.text();
  expect(await hopsOf([other])).toMatchObject({ answered: 0 });
});

it('it is one hop: what names the task of a third gate is not passed on again', async () => {
  const third = nobodysHandles();
  const session = nobodysHandles();
  // The address of the owner, as the other one learns it from the name of the task.
  const at = other.gate.handles.open(taskId, 'task')?.owner ?? expect.fail();
  session.listensAt(at);
  const named = session.seal('a session');
  const answer = await askBy(other.url, request('tasks/get', { taskId: third.seal('own', 'task') }), named);
  expect(answer.status).toBe(404);
  await answer.text();
  expect(await hopsOf([other])).toMatchObject({ answered: 1 });
  expect(await hopsOf([owner])).toMatchObject({ answered: 0, unreachable: 0 });
});

it('the gate that has it is gone: it is served here once, where nobody knows the task', async () => {
  expect(await ask('tasks/get', { taskId: nobodysHandles().seal('own', 'task') })).toMatchObject([
    { id: 1, error: { code: -32_602 } },
  ]);
  expect(await hopsOf([other])).toMatchObject({ answered: 0, unreachable: 1 });
  expect((await other.decisions(1))[0]).toMatchObject({ method: 'tasks/get', outcome: 'refused' });
});

it('a task of a gate that is gone is none of this one’s, though its server has given that id here, too', async () => {
  const before = server.posted.length;
  const gone = nobodysHandles().seal('own', 'task');
  for (const method of ['tasks/get', 'tasks/cancel'])
    expect(await ask(method, { taskId: gone }, owner)).toMatchObject([{ id: 1, error: { code: -32_602 } }]);
  expect(server.posted).toHaveLength(before);
});
