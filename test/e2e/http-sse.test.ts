/** HTTP+SSE, the transport of 2024-11-05: one stream for all answers, and an address to post to that leads through the gate. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { requestInit, textOf } from '../support/clients.ts';
import { type EventStream, openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { INITIALIZE, JSON_HEADERS, callTool, legacyHeaders, request } from '../support/messages.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { startMisbehaving } from '../support/misbehaving-server.ts';
import { startScripted } from '../support/scripted-server.ts';

const all = cleanupAfterAll();
const { use, defer } = cleanupAfterEach();
const everything = all.use(startEverything('sse'));
const ADA = 'token-of-ada';
const BOB = 'token-of-bob';
const RULES: PackSpec = {
  tools: [
    { names: ['echo', 'get-sum'], effect: 'Allow' },
    { names: ['get-env'], effect: 'Deny', reason: 'it holds credentials' },
    { names: ['get-tiny-image'], effect: 'RequireApproval', approval: { hold: '5s' } },
  ],
};
let gate: TestGate;

beforeEach(async () => {
  const { url } = await everything;
  gate = await use(startGate({ upstream: url, policy: policyOf(RULES, {}), clients: { ada: ADA, bob: BOB } }));
});

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function connect(token = ADA): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1' });
  await client.connect(new SSEClientTransport(new URL(gate.url), { requestInit: requestInit(token) }));
  return use(client);
}

async function open(token = ADA): Promise<{ stream: EventStream; target: string }> {
  const stream = await openStream(gate.url, { headers: bearer(token) });
  defer(() => stream.close());
  const target = await stream.find(/(?<=data: )\/\S+/);
  return { stream, target };
}

const post = async (target: string, body: string, token = ADA): Promise<RawResponse> =>
  rawExchange(gate.port, { target, headers: [...JSON_HEADERS, ['Authorization', `Bearer ${token}`]], body });

describe('the official client', () => {
  it('connects, lists what it may use, calls it, and reads why the rest is refused', async () => {
    const client = await connect();
    expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual([
      'echo',
      'get-sum',
      'get-tiny-image',
    ]);
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toBe('Echo: hi');
    const refused = await client.callTool({ name: 'get-env', arguments: {} });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain('it holds credentials');
  });

  it('gets the answer of a call that was held', async () => {
    const client = await connect();
    const answer = client.callTool({ name: 'get-tiny-image', arguments: {} });
    const approval = await eventually('somebody is asked', () => gate.approvals.list()[0]);
    gate.approvals.decide(approval.name, 'Approved', 'root', undefined);
    expect((await answer).isError).not.toBe(true);
  });
});

it("announces an address of the gate's own, not the server's", async () => {
  const { stream, target } = await open();
  expect(target).toMatch(/^\/mcp\?sessionId=[0-9a-f-]{36}$/);
  expect(stream.text).not.toContain('/message');
});

it('says of a POST only that it was taken; the answer comes on the stream, with its id', async () => {
  const { stream, target } = await open();
  expect(await post(target, INITIALIZE)).toMatchObject({ status: 202 });
  await stream.find(/"protocolVersion"/);
  expect(await post(target, request('tools/list', {}, 'l'))).toMatchObject({ status: 202 });
  expect(await stream.find(/data: .*"id":"l".*/)).not.toContain('get-env');
  expect(await post(target, callTool('get-env', {}, 'd'))).toMatchObject({ status: 202 });
  expect(await stream.find(/data: .*"id":"d".*/)).toContain('it holds credentials');
});

it('is bound to who opened it', async () => {
  const { target } = await open();
  expect(await post(target, INITIALIZE, BOB)).toMatchObject({ status: 404 });
  expect(await post(target, INITIALIZE, 'nobody')).toMatchObject({ status: 401 });
  expect(await post(target, INITIALIZE)).toMatchObject({ status: 202 });
});

it('its session is none of Streamable HTTP, and ends with its stream', async () => {
  const { stream, target } = await open();
  const id = target.split('=')[1] ?? '';
  const headers: [string, string][] = [...legacyHeaders(id), ['Authorization', `Bearer ${ADA}`]];
  expect(await rawExchange(gate.port, { headers, body: request('ping') })).toMatchObject({ status: 404 });
  stream.close();
  await eventually('the session is over', async () => (await post(target, request('ping'))).status === 404);
});

it('a revoked token ends the stream and the session', async () => {
  const { stream, target } = await open();
  gate.setClients({ bob: BOB });
  await eventually('the stream is over', () => stream.ended);
  gate.setClients({ ada: ADA });
  expect(await post(target, request('ping'))).toMatchObject({ status: 404 });
});

it.each(['http://127.0.0.1:1/steal', '//evil.test/x', 'https://evil.test/x'])(
  'an address elsewhere is not passed on: %s',
  async (elsewhere) => {
    const server = await use(startScripted());
    server.onGet((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: endpoint\ndata: ${elsewhere}\n\n: later\n\n`);
    });
    const other = await use(startGate({ upstream: server.url }));
    const stream = await openStream(other.url);
    defer(() => stream.close());
    expect(await stream.find(/later/)).toBe('later');
    expect(stream.text).not.toContain('data:');
  },
);

it('speaks the revision that both agreed on, which need not be the oldest', async () => {
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async () => Promise.resolve({ action: 'decline' }));
  gate.setPolicy(policyOf({ tools: [{ names: ['*'], effect: 'Allow' }] }, {}));
  await client.connect(new SSEClientTransport(new URL(gate.url), { requestInit: requestInit(ADA) }));
  await use(client);
  const result = await client.callTool({ name: 'trigger-elicitation-request', arguments: {} });
  expect(textOf(result)).toMatch(/declined/i);
});

it('a POST that waits for its approval says at once that it was taken, whatever it says that it takes', async () => {
  const { stream, target } = await open();
  const headers: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json'],
    ['Authorization', `Bearer ${ADA}`],
  ];
  expect(await rawExchange(gate.port, { target, headers, body: callTool('get-tiny-image', {}, 'h') })).toMatchObject({
    status: 202,
  });
  const approval = await eventually('somebody is asked', () => gate.approvals.list()[0]);
  expect(approval.state).toBe('Pending');
  expect(stream.text).not.toContain('"id":"h"');
});

it("the server's own refusal of a POST reaches its caller on the stream, with its id", async () => {
  const error = { jsonrpc: '2.0', id: 'r', error: { code: -32000, message: 'not today' } };
  const server = await use(startMisbehaving());
  server.answer((response, { method }) => {
    if (method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /post\n\n');
    } else response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(error));
  });
  const other = await use(startGate({ upstream: server.url }));
  const stream = await openStream(other.url);
  defer(() => stream.close());
  const target = await stream.find(/(?<=data: )\/\S+/);
  const body = callTool('echo', {}, 'r');
  expect(await rawExchange(other.port, { target, headers: JSON_HEADERS, body })).toMatchObject({ status: 202 });
  expect(JSON.parse(await stream.find(/(?<=data: )\{.*/))).toEqual(error);
});

it('a list of messages is refused on the stream, each of them under its own id', async () => {
  const { stream, target } = await open();
  expect(await post(target, INITIALIZE)).toMatchObject({ status: 202 });
  await stream.find(/"protocolVersion"/);
  const list = `[${request('tools/list', {}, 'l1')},${callTool('echo', { message: 'hi' }, 'l2')}]`;
  expect(await post(target, list)).toMatchObject({ status: 202 });
  for (const id of ['l1', 'l2']) {
    const answer = JSON.parse(await stream.find(new RegExp(`(?<=data: ){.*"id":"${id}".*`))) as object;
    expect(answer).toMatchObject({ id, error: { message: expect.stringContaining('batches') as unknown } });
  }
  expect(stream.text).not.toContain('Echo: hi');
});

it('a list of tools that cannot be decided on is refused on the stream under the id that asked for it, and ends nothing', async () => {
  const server = await use(startMisbehaving());
  let onStream: ((event: string) => void) | undefined;
  server.answer((response, { method }) => {
    if (method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /post\n\n');
      onStream = (event) => response.write(event);
    } else response.writeHead(202).end();
  });
  const other = await use(startGate({ upstream: server.url, policy: policyOf(RULES) }));
  const stream = await openStream(other.url);
  defer(() => stream.close());
  const target = await stream.find(/(?<=data: )\/\S+/);
  const ask = async (id: string): Promise<RawResponse> =>
    rawExchange(other.port, { target, headers: JSON_HEADERS, body: request('tools/list', {}, id) });
  for (const id of ['bad', 'good']) expect(await ask(id)).toMatchObject({ status: 202 });
  onStream?.('data: {"jsonrpc":"2.0","id":"bad","result":{"tools":{"0":{"name":"get-env"}}}}\n\n');
  onStream?.('data: {"jsonrpc":"2.0","id":"good","result":{"tools":[{"name":"get-env"},{"name":"echo"}]}}\n\n');
  expect(await stream.find(/(?<=data: ){.*"id":"bad".*/)).toContain('is no list');
  expect(await stream.find(/(?<=data: ){.*"id":"good".*/)).toContain('"tools":[{"name":"echo"}]');
  expect(stream.text).not.toContain('get-env');
});
