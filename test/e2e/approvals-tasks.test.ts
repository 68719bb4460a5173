/** Calls that wait for a person as tasks: of 2026-07-28 where the client declares the extension, of 2025-11-25 where it asks for one. */
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { OperatorApprovals } from '../../sidecar/approvals/operator-approvals.ts';
import { SYSTEM_CLOCK } from '../../sidecar/clock.ts';
import { OperatorClient } from '../../sidecar/operator-client/client.ts';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { rulesHolding } from '../support/held-calls.ts';
import { legacyHeaders, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, holdingFor, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { bearer, openSession } from '../support/session.ts';

type Json = Record<string, unknown>;

const { use } = cleanupAfterEach();
const CLIENTS = { ada: 'token-of-ada', bob: 'token-of-bob' };
const POLICY = holdingFor(policyOf(rulesHolding('20s'), {}), 20);
const HALTED = policyOf({ ...rulesHolding('20s'), halt: { reason: 'incident 4711', tools: ['transfer'] } }, {});
const KEY = Buffer.alloc(32, 7);
const CALL = { name: 'transfer', arguments: { amount: 5000, to: 'ACME' } };
const DECLARED = {
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
};
const answer = (result: Json): Json => ({ jsonrpc: '2.0', id: 1, result });
let operator: OperatorDouble;
let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  operator = await use(OperatorDouble.start());
  server = await use(startScripted());
  server.json(answer({ content: [{ type: 'text', text: 'done' }], resultType: 'complete', sum: 5 }));
  gate = await gateAsking();
});

async function gateAsking(): Promise<TestGate> {
  const client = await use(new OperatorClient(operator, SYSTEM_CLOCK));
  const approvals = new OperatorApprovals(client, SYSTEM_CLOCK, pino({ level: 'silent' }), 500);
  return use(startGate({ upstream: server.url, policy: POLICY, approvals, clients: CLIENTS, sharedKey: KEY }));
}

async function ask(method: string, params: Json, { token = CLIENTS.ada, at = gate } = {}): Promise<Json> {
  const name = (params['taskId'] ?? params['name']) as string | undefined;
  const headers = [...modernHeaders(method, name), bearer(token)];
  const body = modernRequest(method, { ...params, ...DECLARED });
  const response = await rawExchange(at.port, { headers, body });
  const { result, error } = (messagesIn(response.body).at(-1) ?? {}) as { result?: Json; error?: Json };
  return result ?? { error };
}

async function begun(): Promise<string> {
  const task = await ask('tools/call', CALL);
  expect(task).toMatchObject({
    ...{ resultType: 'task', status: 'working', ttlMs: expect.any(Number) as number },
    statusMessage: expect.stringContaining("waiting for a person's approval") as string,
  });
  return String(task['taskId']);
}

const decide = (state: string, name = operator.only().name): void => operator.settle(name, state, 'because');
const over = async (taskId: string, at = gate): Promise<Json> =>
  eventually('it is over', async () => {
    const task = await ask('tasks/get', { taskId }, { at });
    return task['status'] === 'working' ? undefined : task;
  });
const refusal = (reason: string) => ({ isError: true, _meta: { 'sallyport.dev/refusal': { reason } } });

describe('2026-07-28', () => {
  it('a task works until somebody has approved it, is executed once, and keeps the answer as it came', async () => {
    const taskId = await begun();
    expect(await ask('tasks/get', { taskId })).toMatchObject({ resultType: 'complete', taskId, status: 'working' });
    decide('Approved');
    const result = { content: [{ type: 'text', text: 'done' }], resultType: 'complete', sum: 5 };
    expect(await over(taskId)).toMatchObject({ resultType: 'complete', taskId, status: 'completed', result });
    expect(await ask('tasks/get', { taskId })).toMatchObject({ status: 'completed', result });
    expect(server.posted.map(({ method }) => method)).toEqual(['tools/call']);
    expect((await gate.decisions()).filter(({ method }) => method === 'tools/call')).toMatchObject([
      { outcome: 'answered', approval: { state: 'Consumed' } },
    ]);
  });

  it.each([
    ['Denied', 'approval-denied'],
    ['Expired', 'approval-expired'],
    ['Withdrawn', 'approval-outdated'],
  ])('%s: what a model would have read is its result', async (state, reason) => {
    const taskId = await begun();
    decide(state);
    expect(await over(taskId)).toMatchObject({ status: 'completed', result: refusal(reason) });
    expect(server.posted).toEqual([]);
  });

  it('is somebody else’s task for nobody', async () => {
    const taskId = await begun();
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
      expect(await ask(method, { taskId }, { token: CLIENTS.bob })).toMatchObject({ error: { code: -32602 } });
    expect(await ask('tasks/get', { taskId })).toMatchObject({ status: 'working' });
  });

  it(
    'of a tool that is halted says nothing, at whatever replica; what had come is there once it is lifted',
    { tags: ['halt'] },
    async () => {
      const other = await gateAsking();
      const taskId = await begun();
      decide('Approved');
      await over(taskId);
      for (const one of [gate, other]) one.setPolicy(HALTED);
      for (const at of [gate, other])
        expect(await ask('tasks/get', { taskId }, { at })).toMatchObject({ error: { code: -31029 } });
      for (const one of [gate, other]) one.setPolicy(POLICY);
      expect(await over(taskId, other)).toMatchObject({ status: 'completed', result: { sum: 5 } });
    },
  );

  it('that waits when its tool is halted is over, and never executed', { tags: ['halt'] }, async () => {
    const taskId = await begun();
    gate.setPolicy(HALTED);
    gate.setPolicy(POLICY);
    decide('Approved');
    expect(await over(taskId)).toMatchObject({ status: 'failed', error: { code: -31029 } });
    expect(server.posted).toEqual([]);
  });

  it('that is cancelled is not executed, whatever is decided then', async () => {
    const taskId = await begun();
    expect(await ask('tasks/cancel', { taskId })).toEqual({ resultType: 'complete' });
    decide('Approved');
    expect(await over(taskId)).toMatchObject({ status: 'cancelled' });
    expect(server.posted).toEqual([]);
    expect(operator.only().state).toBe('Approved');
  });

  it('fails when the server answers with an error', async () => {
    server.json({ jsonrpc: '2.0', id: 1, error: { code: -32050, message: 'no' } });
    const taskId = await begun();
    decide('Approved');
    expect(await over(taskId)).toMatchObject({ status: 'failed', error: { code: -32050, message: 'no' } });
  });

  it('fails when the server asks for more, which it cannot bring', async () => {
    server.json(answer({ resultType: 'input_required', requestState: 's' }));
    const taskId = await begun();
    decide('Approved');
    expect(await over(taskId)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('asks for more') as string },
    });
  });

  it('that the server makes one of its own goes on under its name', async () => {
    server.json(answer({ resultType: 'task', taskId: 'own', status: 'working' }));
    const taskId = await begun();
    decide('Approved');
    await eventually('the server has it', () => server.posted.length === 1);
    server.json(answer({ resultType: 'complete', taskId: 'own', status: 'working', statusMessage: 'half' }));
    const told = await eventually('the server is asked', async () => {
      const task = await ask('tasks/get', { taskId });
      return task['statusMessage'] === 'half' ? task : undefined;
    });
    expect(told['taskId']).toBe(taskId);
    expect(server.posted.at(-1)).toMatchObject({ method: 'tasks/get', params: { taskId: 'own' } });
    expect(server.heads.at(-1)?.headers['mcp-name']).toBe('own');
    await ask('tasks/cancel', { taskId });
    expect(server.posted.at(-1)).toMatchObject({ method: 'tasks/cancel', params: { taskId: 'own' } });
  });

  it('is followed at any replica, and executed by the one that holds it', async () => {
    const other = await gateAsking();
    const taskId = await begun();
    expect(await ask('tasks/get', { taskId }, { at: other })).toMatchObject({ taskId, status: 'working' });
    decide('Approved');
    expect(await over(taskId, other)).toMatchObject({ taskId, status: 'completed' });
    expect(server.posted).toHaveLength(1);
  });

  it('three identical calls are three tasks and one execution', async () => {
    const tasks = await Promise.all([begun(), begun(), begun()]);
    decide('Approved');
    const ends = await Promise.all(tasks.map(async (taskId) => over(taskId)));
    expect(ends.filter(({ result }) => (result as Json)['isError'] === true)).toHaveLength(2);
    expect(server.posted).toHaveLength(1);
  });

  it('at the end of its gate says to call again', async () => {
    const taskId = await begun();
    gate.gate.holds.cancelAll();
    expect(await over(taskId)).toMatchObject({ status: 'completed', result: refusal('approval-pending') });
  });

  it.each<[string, Json, unknown]>([
    ['no capabilities', {}, { 'io.modelcontextprotocol/tasks': {} }],
    ['others', { tools: {}, extensions: { 'x/y': {} } }, { 'io.modelcontextprotocol/tasks': {}, 'x/y': {} }],
    [
      'its own tasks',
      { extensions: { 'io.modelcontextprotocol/tasks': { a: 1 } } },
      { 'io.modelcontextprotocol/tasks': { a: 1 } },
    ],
  ])(
    'clients are told that there are tasks where calls are held: the server has %s',
    async (_name, capabilities, extensions) => {
      server.json(answer({ resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities }));
      expect((await ask('server/discover', {}))['capabilities']).toEqual({ ...capabilities, extensions });
      gate.setPolicy(policyOf(ALLOW_ALL, {}));
      expect((await ask('server/discover', {}))['capabilities']).toEqual(capabilities);
    },
  );
});

describe('2025-11-25', () => {
  async function session() {
    const headers = [...legacyHeaders(await openSession(gate, CLIENTS.ada)), bearer(CLIENTS.ada)];
    let id = 1;
    return async (method: string, params: Json): Promise<Json> => {
      const response = await rawExchange(gate.port, { headers, body: request(method, params, id++) });
      const { result, error } = (messagesIn(response.body).at(-1) ?? {}) as { result?: Json; error?: Json };
      return result ?? { error };
    };
  }

  it('a task that the client asked for waits, its result is waited for, and names it', async () => {
    const say = await session();
    server.json({ jsonrpc: '2.0', id: 1, result: { content: [], sum: 5 } });
    const { task } = (await say('tools/call', { ...CALL, task: { ttl: 60_000 } })) as { task: Json };
    expect(task).toMatchObject({ status: 'working', ttl: expect.any(Number) as number });
    const { taskId } = task;
    expect(await say('tasks/get', { taskId })).toMatchObject({ taskId, status: 'working' });
    const result = say('tasks/result', { taskId });
    await eventually('it is waited for', () => gate.gate.holds.size === 2);
    decide('Approved');
    const _meta = { 'io.modelcontextprotocol/related-task': { taskId } };
    expect(await result).toEqual({ content: [], sum: 5, _meta });
    expect(await say('tasks/get', { taskId })).toMatchObject({ status: 'completed' });
    expect(await say('tasks/result', { taskId })).toEqual({ content: [], sum: 5, _meta });
    expect(server.posted.filter(({ method }) => method === 'tools/call')).toHaveLength(1);
  });

  it('whose call is under way is waited for no longer than its gate is there, and not called cancelled', async () => {
    const say = await session();
    const ada = { kind: 'token', name: 'ada', groups: [] } as const;
    const task = gate.gate.heldTasks.begin(ada, Date.now() + 60_000, 'under way');
    gate.gate.tasks.begun(task.id, ada, 'transfer');
    const result = say('tasks/result', { taskId: task.id });
    await eventually('it is waited for', () => gate.gate.holds.size === 1);
    gate.gate.holds.cancelAll();
    const message = expect.stringContaining('may still be executed') as string;
    expect(await result).toMatchObject({ error: { message } });
    expect(gate.gate.holds.size).toBe(0);
  });

  it('one that is denied has failed, and its result says why', async () => {
    const say = await session();
    const { task } = (await say('tools/call', { ...CALL, task: {} })) as { task: Json };
    const { taskId } = task;
    decide('Denied');
    expect(await say('tasks/result', { taskId })).toMatchObject(refusal('approval-denied'));
    expect(await say('tasks/get', { taskId })).toMatchObject({ status: 'failed' });
  });

  it('one that is cancelled has no result', async () => {
    const say = await session();
    const { task } = (await say('tools/call', { ...CALL, task: {} })) as { task: Json };
    const { taskId } = task;
    expect(await say('tasks/cancel', { taskId })).toMatchObject({ taskId, status: 'cancelled' });
    expect(await say('tasks/result', { taskId })).toMatchObject({ error: { code: -32602 } });
    decide('Approved');
    expect(server.posted.filter(({ method }) => method === 'tools/call')).toEqual([]);
  });

  it('one that the server makes its own is waited for there', async () => {
    const say = await session();
    server.json({ jsonrpc: '2.0', id: 1, result: { task: { taskId: 'own', status: 'working' } } });
    const { task } = (await say('tools/call', { ...CALL, task: {} })) as { task: Json };
    const { taskId } = task;
    const result = say('tasks/result', { taskId });
    await eventually('it is waited for', () => gate.gate.holds.size === 2);
    decide('Approved');
    await eventually('the server has the call', () => server.posted.some(({ method }) => method === 'tools/call'));
    expect(await result).toBeDefined();
    expect(server.posted.at(-1)).toMatchObject({ method: 'tasks/result', params: { taskId: 'own' } });
  });

  it('a call that asks for none is told to call again', async () => {
    const say = await session();
    expect(await say('tools/call', CALL)).toMatchObject(refusal('approval-pending'));
  });
});
