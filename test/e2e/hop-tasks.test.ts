/** Tasks without a session: any replica leads to the one where they began, by the name that the gate gives to them. */
import { StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { PodHandles } from '../../sidecar/memory/pod-handles.ts';
import { startConformanceServer } from '../conformance/fixture/server.ts';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { openStream } from '../support/event-stream.ts';
import { startGate } from '../support/gate.ts';
import { MODERN, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { askBy, hopsOf, startGates } from '../support/replicas.ts';
import { startScripted } from '../support/scripted-server.ts';
import { startStatelessTasks } from '../support/stateless-tasks.ts';

const all = cleanupAfterAll();
const { use, defer } = cleanupAfterEach();

type Json = Record<string, unknown>;
const KNOWS_TASKS = {
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
};

/** The official transport of the modern era, which makes the headers; the client of that SDK has no calls for tasks. */
async function modernAsker(url: string): Promise<(method: string, params: Json) => Promise<Json>> {
  const transport = new HttpV2(new URL(url));
  transport.setProtocolVersion(MODERN);
  const waiting = new Map<unknown, (message: Json) => void>();
  const onmessage = (said: Json): void => waiting.get(said['id'])?.(said);
  Object.assign(transport, { onmessage });
  await transport.start();
  defer(async () => transport.close());
  let id = 0;
  return async (method, params) => {
    const answered = new Promise<Json>((resolve) => waiting.set(++id, resolve));
    await transport.send(JSON.parse(modernRequest(method, { ...params, _meta: KNOWS_TASKS }, id)) as never);
    const { result, error } = (await answered) as { result?: Json; error?: Json };
    return result ?? { error };
  };
}

/** Those of the modern era. */
function headersOf(method: string, name?: string): Record<string, string> {
  return Object.fromEntries(modernHeaders(method, name).map(([key, value]) => [key.toLowerCase(), value]));
}

describe('2026-07-28', () => {
  const started = all.use(startGates(2, startConformanceServer));

  it('a task is followed, answered and cancelled, whichever replica is asked', async () => {
    const { url, gates } = await started;
    const ask = await modernAsker(url);
    const before = (await hopsOf(gates))['answered'] ?? 0;
    const begun = await ask('tools/call', { name: 'confirm_delete', arguments: { filename: 'a' } });
    const taskId = String(begun['taskId']);
    expect(begun).toMatchObject({ resultType: 'task', taskId: expect.stringMatching(/^sps1\./) as string });
    for (let i = 0; i < 4; i++) expect(await ask('tasks/get', { taskId })).toMatchObject({ taskId });
    const waits = await eventually('it waits', async () => {
      const task = await ask('tasks/get', { taskId });
      return task['status'] === 'input_required' ? task : undefined;
    });
    expect(waits['taskId']).toBe(taskId);
    const inputResponses = { confirm: { action: 'accept', content: { confirm: true } } };
    expect(await ask('tasks/update', { taskId, inputResponses })).toMatchObject({ resultType: 'complete' });
    const done = await eventually('it is done', async () => {
      const task = await ask('tasks/get', { taskId });
      return task['status'] === 'completed' ? task : undefined;
    });
    expect(JSON.stringify(done)).toContain('accept');
    const other = await ask('tools/call', { name: 'slow_compute', arguments: { seconds: 60 } });
    for (let i = 0; i < 2; i++)
      expect(await ask('tasks/cancel', { taskId: other['taskId'] })).toMatchObject({ resultType: 'complete' });
    expect(await ask('tasks/get', { taskId: other['taskId'] })).toMatchObject({ status: 'cancelled' });
    expect((await hopsOf(gates))['answered']).toBeGreaterThan(before + 3);
    for (const gate of gates) expect(JSON.stringify(await gate.decisions())).not.toContain('sps1.');
  });

  it('a header that names another task than the body is refused where it is decided', async () => {
    const { gates } = await started;
    const [first, second] = gates;
    const ask = await modernAsker(first?.url ?? '');
    const { taskId } = await ask('tools/call', { name: 'slow_compute', arguments: { seconds: 60 } });
    const headers = headersOf('tasks/get', `${String(taskId)}x`);
    const body = modernRequest('tasks/get', { taskId, _meta: KNOWS_TASKS });
    for (const gate of [first, second]) {
      const answer = await askBy(gate?.url ?? '', body, undefined, headers);
      expect(answer.status).toBe(400);
      expect(messagesIn(await answer.text())).toMatchObject([{ error: { code: -32_020 } }]);
    }
  });
});

it('2025-11-25: the official client follows a task of a server without sessions', async () => {
  const { url, gates, servers } = await use(startGates(2, startStatelessTasks));
  const client = await use(connectV1(url));
  await client.listTools();
  for (let i = 0; i < 3; i++) {
    const seen: string[] = [];
    for await (const message of client.experimental.tasks.callToolStream({ name: 'work', arguments: {} })) {
      if (message.type === 'error') throw message.error;
      if (message.type === 'taskCreated') seen.push(message.task.taskId);
      if (message.type === 'taskStatus') expect(message.task.taskId).toBe(seen[0]);
      if (message.type === 'result') {
        seen.push(textOf(message.result));
        expect(message.result._meta?.['io.modelcontextprotocol/related-task']).toEqual({ taskId: seen[0] });
      }
    }
    expect(seen).toEqual([expect.stringMatching(/^sps1\./), 'worked']);
    const listed = (await client.experimental.tasks.listTasks()).tasks.map(({ taskId }) => taskId);
    for (const taskId of listed)
      expect(await client.experimental.tasks.getTask(taskId)).toMatchObject({ taskId, status: 'completed' });
  }
  expect((await hopsOf(gates))['answered']).toBeGreaterThan(2);
  expect(JSON.stringify(servers.map(({ seen }) => seen))).not.toContain('sps1.');
  for (const gate of gates) expect(JSON.stringify(await gate.decisions())).not.toContain('sps1.');
});

describe('of two gates', () => {
  const CLIENTS = { ada: 'token-of-ada', bob: 'token-of-bob' };
  const KEY = Buffer.alloc(32, 5);
  const LEGACY_TASKS = { 'mcp-protocol-version': '2025-11-25' };
  async function start() {
    const server = await use(startScripted());
    const policy = policyOf(ALLOW_ALL, {});
    const options = { policy, clients: CLIENTS, sharedKey: KEY };
    const owner = await use(startGate({ ...options, upstream: server.url }));
    const other = await use(startGate({ ...options, upstream: 'http://127.0.0.1:1/mcp' }));
    const ask = async (at: { url: string }, method: string, params: Json, who: keyof typeof CLIENTS = 'ada') => {
      const headers = { ...LEGACY_TASKS, authorization: `Bearer ${CLIENTS[who]}` };
      const answer = await askBy(at.url, request(method, params), undefined, headers);
      return messagesIn(await answer.text());
    };
    server.json({ jsonrpc: '2.0', id: 1, result: { task: { taskId: 'own', status: 'working' } } });
    const [begun] = await ask(owner, 'tools/call', { name: 'echo', arguments: {}, task: {} });
    const { taskId } = (begun as { result: { task: { taskId: string } } }).result.task;
    server.json({ jsonrpc: '2.0', id: 1, result: { taskId: 'own', status: 'working' } });
    return { server, owner, other, ask, taskId };
  }
  const NOT_FOUND = [{ id: 1, error: { code: -32_602 } }];
  const handlesAt = (port: number, server = 'finance/ledger', key = KEY): PodHandles => {
    const handles = new PodHandles(server);
    handles.adopt(key, []);
    handles.listensAt({ address: '127.0.0.1', port });
    return handles;
  };

  it('each proves anew who it is: what is another’s is nobody’s there', async () => {
    const { server, owner, other, ask, taskId } = await start();
    const before = server.posted.length;
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
      for (const gate of [owner, other]) {
        expect(await ask(gate, method, { taskId }, 'bob')).toMatchObject(NOT_FOUND);
        expect(server.posted).toHaveLength(before);
      }
    expect(await ask(other, 'tasks/get', { taskId })).toMatchObject([{ result: { taskId } }]);
    // The own id of the server says no more than before: it is known where it began.
    expect(await ask(owner, 'tasks/get', { taskId: 'own' })).toMatchObject([{ result: { taskId } }]);
    expect(await ask(other, 'tasks/get', { taskId: 'own' })).toMatchObject(NOT_FOUND);
    expect(server.posted.at(-1)).toMatchObject({ params: { taskId: 'own' } });
    expect(JSON.stringify(server.posted)).not.toContain('sps1.');
  });

  it('what is forged, or is of a gate that is gone, is not found', async () => {
    const { owner, other, ask, taskId } = await start();
    for (const forged of [
      taskId.replace('.own', '.another'),
      taskId.replace(/.\.own$/, '.own'),
      handlesAt(owner.port).seal('own'),
      handlesAt(owner.port, 'finance/other').seal('own', 'task'),
      handlesAt(owner.port, 'finance/ledger', Buffer.alloc(32, 6)).seal('own', 'task'),
      handlesAt(1).seal('own', 'task'),
    ])
      expect(await ask(other, 'tasks/get', { taskId: forged })).toMatchObject(NOT_FOUND);
    expect(await hopsOf([other])).toMatchObject({ unreachable: 1, answered: 0 });
  });

  it('a list, and what is told of a task on the way, have the name that the client has', async () => {
    const { server, owner, ask, taskId } = await start();
    server.json({ jsonrpc: '2.0', id: 1, result: { tasks: [{ taskId: 'own', status: 'working' }, { taskId: 'x' }] } });
    expect(await ask(owner, 'tasks/list', {})).toEqual([
      { jsonrpc: '2.0', id: 1, result: { tasks: [{ taskId, status: 'working' }] } },
    ]);
    const related = { 'io.modelcontextprotocol/related-task': { taskId: 'own' } };
    server.events(
      { jsonrpc: '2.0', method: 'notifications/tasks/status', params: { taskId: 'own', status: 'working' } },
      { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'own', _meta: related } },
      { jsonrpc: '2.0', id: 's', method: 'ping', params: { _meta: related } },
      { jsonrpc: '2.0', id: 1, result: { content: [], _meta: related } },
    );
    const said = await ask(owner, 'tasks/result', { taskId });
    const named = { 'io.modelcontextprotocol/related-task': { taskId } };
    expect(said).toMatchObject([
      { params: { taskId, status: 'working' } },
      { params: { data: 'own', _meta: named } },
      { id: 's', method: 'ping', params: { _meta: named } },
      { result: { _meta: named } },
    ]);
  });

  it('a subscription to a task is held by the gate that has it', async () => {
    const { server, owner, other, taskId } = await start();
    const granted = { taskIds: ['own'] };
    const meta = { 'io.modelcontextprotocol/subscriptionId': 1 };
    server.events(
      {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: granted, _meta: meta },
      },
      { jsonrpc: '2.0', method: 'notifications/tasks', params: { taskId: 'own', status: 'working', _meta: meta } },
    );
    const body = modernRequest('subscriptions/listen', { notifications: { taskIds: [taskId] }, _meta: KNOWS_TASKS });
    const headers = {
      ...headersOf('subscriptions/listen'),
      authorization: `Bearer ${CLIENTS.ada}`,
    };
    for (const gate of [owner, other]) {
      const stream = await openStream(gate.url, { method: 'POST', headers, body });
      await stream.find(/notifications\/tasks"/);
      expect(messagesIn(stream.text).slice(0, 2)).toMatchObject([
        { params: { notifications: { taskIds: [taskId] } } },
        { params: { taskId, status: 'working' } },
      ]);
      stream.close();
    }
    expect(server.posted.at(-1)).toMatchObject({ params: { notifications: { taskIds: ['own'] } } });
  });
});
