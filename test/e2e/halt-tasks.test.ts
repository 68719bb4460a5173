/** The kill switch and what goes on behind calls: of the tasks of a halted tool nothing comes until it is lifted, on whatever way. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { bearer, openSession } from '../support/session.ts';

const { use, defer } = cleanupAfterEach();
type Json = Record<string, unknown>;
const ADA = 'token-of-ada';
const OPEN = policyOf(ALLOW_ALL, {});
const HALTED = policyOf({ ...ALLOW_ALL, halt: { reason: 'incident 4711', by: 'carol', tools: ['export_*'] } }, {});
const WORDS = 'Not executed: carol has halted the tools export_* (incident 4711)';
const KNOWS_TASKS = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};
const answer = (result: Json, id: unknown = 1): Json => ({ jsonrpc: '2.0', id, result });
const resultOf = ({ body }: RawResponse): unknown => messagesIn(body)[0]?.['result'];

let server: ScriptedServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startScripted());
  gate = await use(startGate({ upstream: server.url, policy: OPEN, clients: { ada: ADA } }));
});

describe('of 2026-07-28, a task that a halted tool has begun', { tags: ['halt'] }, () => {
  async function modern(method: string, name: string, params: Json): Promise<RawResponse> {
    const body = modernRequest(method, { ...params, _meta: KNOWS_TASKS });
    return rawExchange(gate.port, { headers: [...modernHeaders(method, name), bearer(ADA)], body });
  }
  async function begin(tool: string, taskId: string): Promise<void> {
    server.json(answer({ resultType: 'task', taskId, status: 'working' }));
    await modern('tools/call', tool, { name: tool, arguments: {} });
  }
  const done = (taskId: string): Json => ({
    resultType: 'complete',
    taskId,
    status: 'completed',
    result: { content: [] },
  });

  it('is not told of, nor answered, and comes once it is lifted; other tasks go on', async () => {
    await begin('export_all', 't1');
    await begin('echo', 't2');
    gate.setPolicy(HALTED);
    const before = server.posted.length;
    for (const method of ['tasks/get', 'tasks/update'])
      expect((await modern(method, 't1', { taskId: 't1', inputResponses: {} })).body).toContain(WORDS);
    expect(server.posted).toHaveLength(before);
    expect((await gate.decisions(4)).at(-1)).toMatchObject({ outcome: 'refused', decision: { reason: 'halted' } });
    server.json(answer(done('t2')));
    expect(resultOf(await modern('tasks/get', 't2', { taskId: 't2' }))).toMatchObject({ taskId: 't2' });
    gate.setPolicy(OPEN);
    server.json(answer(done('t1')));
    expect(resultOf(await modern('tasks/get', 't1', { taskId: 't1' }))).toMatchObject({ taskId: 't1' });
  });

  it('can be cancelled', async () => {
    await begin('export_all', 't1');
    gate.setPolicy(HALTED);
    server.json(answer({ resultType: 'complete' }));
    expect(resultOf(await modern('tasks/cancel', 't1', { taskId: 't1' }))).toEqual({ resultType: 'complete' });
    expect(server.posted.at(-1)).toMatchObject({ method: 'tasks/cancel', params: { taskId: 't1' } });
  });

  it('is not listened to', async () => {
    await begin('export_all', 't1');
    gate.setPolicy(HALTED);
    const before = server.posted.length;
    const { body } = await modern('subscriptions/listen', '', { notifications: { taskIds: ['t1'] } });
    expect(body).toContain(WORDS);
    expect(server.posted).toHaveLength(before);
  });
});

describe('of 2025-11-25, a task that a halted tool has begun', { tags: ['halt'] }, () => {
  let session: string;
  let pushed: (message: Json) => void;
  let stream: EventStream;
  const say = async (body: string): Promise<RawResponse> =>
    rawExchange(gate.port, { headers: [...legacyHeaders(session), bearer(ADA)], body });
  const status = (taskId: string, message: string): Json => ({
    ...{ jsonrpc: '2.0', method: 'notifications/tasks/status' },
    params: { taskId, status: 'working', statusMessage: message },
  });
  const related = (taskId: string): Json => ({ _meta: { 'io.modelcontextprotocol/related-task': { taskId } } });

  async function listen(more: Record<string, string> = {}): Promise<EventStream> {
    const headers = { authorization: `Bearer ${ADA}`, 'mcp-session-id': session, ...more };
    const opened = await openStream(gate.url, { headers });
    defer(() => opened.close());
    return opened;
  }

  beforeEach(async () => {
    server.onGet((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
      pushed = (message) => response.write(`data: ${JSON.stringify(message)}\n\n`);
    });
    session = await openSession(gate, ADA);
    for (const [tool, taskId] of [
      ['export_all', 't1'],
      ['echo', 't2'],
    ] as const) {
      server.json(answer({ task: { taskId, status: 'working' } }));
      await say(callTool(tool));
    }
    stream = await listen();
    await stream.find(/: open/);
  });

  it('pushes nothing, neither how it fares nor what belongs to it, and asks nobody', async () => {
    pushed(status('t1', 'before'));
    await stream.find(/before/);
    gate.setPolicy(HALTED);
    pushed(status('t1', 'meanwhile'));
    pushed({
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'info', data: 'a row', ...related('t1') },
    });
    pushed({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: 'go on?', ...related('t1') } });
    pushed(status('t2', 'of another'));
    await stream.find(/of another/);
    expect(stream.text).not.toMatch(/meanwhile|a row|go on/);
    const refused = await eventually('the server is told', () => server.posted.find(({ id }) => id === 'q'));
    expect(JSON.stringify(refused)).toContain('halted');
    gate.setPolicy(OPEN);
    pushed(status('t1', 'afterwards'));
    await stream.find(/afterwards/);
  });

  it('is in no list, and a list has the others', async () => {
    gate.setPolicy(HALTED);
    server.json(answer({ tasks: [{ taskId: 't1' }, { taskId: 't2' }] }));
    expect(resultOf(await say(request('tasks/list')))).toEqual({ tasks: [{ taskId: 't2' }] });
  });

  it('has its result waited for by nobody: whoever does is told at once', async () => {
    server.hang();
    const results = ['t1', 't2'].map((taskId, i) => say(request('tasks/result', { taskId }, i + 10)));
    await eventually('the server is asked', () => server.posted.filter(({ method }) => method === 'tasks/result')[1]);
    gate.setPolicy(HALTED);
    expect((await results[0])?.body).toContain('carol has halted the tools export_*');
    expect((await say(request('tasks/result', { taskId: 't1' }, 12))).body).toContain(WORDS);
    const first = await Promise.race([results[1], new Promise((resolve) => setTimeout(resolve, 200, 'it waits'))]);
    expect(first).toBe('it waits');
  });
});

it('an answer of a halted tool does not come by a stream that is resumed either', { tags: ['halt'] }, async () => {
  const session = await openSession(gate, ADA);
  const headers = [...legacyHeaders(session), bearer(ADA)];
  server.raw('id: e1\ndata: \n\n');
  for (const [tool, id] of [
    ['export_all', 5],
    ['echo', 6],
  ] as const)
    await rawExchange(gate.port, { headers, body: callTool(tool, {}, id) });
  gate.setPolicy(HALTED);
  server.onGet((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const id of [5, 6])
      response.write(`data: ${JSON.stringify(answer({ content: [{ type: 'text', text: `rows of ${id}` }] }, id))}\n\n`);
  });
  const resumed = await openStream(gate.url, {
    headers: { authorization: `Bearer ${ADA}`, 'mcp-session-id': session, 'last-event-id': 'e1' },
  });
  defer(() => resumed.close());
  await resumed.find(/rows of 6/);
  expect(resumed.text).not.toContain('rows of 5');
  expect(resumed.text).toContain('its answer is withheld: carol has halted the tools export_*');
});
