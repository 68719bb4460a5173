/** What the conformance suite does not look at, each by a test of its own; the others are named in docs/wire.md. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, textOf } from '../support/clients.ts';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { startScripted } from '../support/scripted-server.ts';
import { openSession } from '../support/session.ts';

const { use } = cleanupAfterEach();
const MIB = 1 << 20;

it('headers of arguments reach the server, encoded as they were', async () => {
  const server = await use(startScripted());
  server.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  const gate = await use(startGate({ upstream: server.url }));
  const headers: [string, string][] = [...modernHeaders('tools/call', 'echo'), ['Mcp-Param-Region', '=?base64?w7w=?=']];
  await rawExchange(gate.port, {
    headers,
    body: modernRequest('tools/call', { name: 'echo', arguments: { region: 'ü' } }),
  });
  expect(server.heads.at(-1)?.headers['mcp-param-region']).toBe('=?base64?w7w=?=');
});

it('a name that no header can hold is compared decoded, and forwarded encoded', async () => {
  const server = await use(startScripted());
  server.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  const gate = await use(startGate({ upstream: server.url }));
  const encoded = `=?base64?${Buffer.from('übung').toString('base64')}?=`;
  const body = modernRequest('tools/call', { name: 'übung' });
  expect((await rawExchange(gate.port, { headers: modernHeaders('tools/call', encoded), body })).status).toBe(200);
  expect(server.heads.at(-1)?.headers['mcp-name']).toBe(encoded);
});

it('pages of a list keep their cursors, the empty one among them, and their order, also when nothing is left on them', async () => {
  const server = await use(startScripted());
  const gate = await use(
    startGate({ upstream: server.url, policy: policyOf({ tools: [{ names: ['b', 'd'], effect: 'Allow' }] }) }),
  );
  const session = await openSession(gate);
  const pages = [
    [
      ['d', 'c', 'b', 'a'],
      ['d', 'b'],
    ],
    [['a', 'c'], []],
  ] as const;
  for (const [offered, shown] of pages) {
    server.json({ jsonrpc: '2.0', id: 1, result: { tools: offered.map((name) => ({ name })), nextCursor: '' } });
    const body = request('tools/list', { cursor: '' });
    const response = await rawExchange(gate.port, { headers: legacyHeaders(session), body });
    expect(messagesIn(response.body)[0]?.['result']).toEqual({
      tools: shown.map((name) => ({ name })),
      nextCursor: '',
    });
    expect(server.posted.at(-1)?.params).toEqual({ cursor: '' });
  }
});

it('bodies of megabytes pass in both directions, byte by byte', async () => {
  const fixture = await use(startFixture());
  const gate = await use(startGate({ upstream: fixture.url }));
  const text = 'ü"\\\n'.repeat(MIB / 8);
  const client = await use(connectV1(gate.url));
  expect(textOf(await client.callTool({ name: 'echo', arguments: { text } }))).toBe(`echo ${JSON.stringify({ text })}`);
});

it('a task of 2025-11-25 is begun, followed to its end and read, by the official client at the official server', async () => {
  const everything = await use(startEverything());
  const gate = await use(startGate({ upstream: everything.url }));
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities: {} });
  await client.connect(new StreamableHTTPClientTransport(new URL(gate.url)));
  await use(client);
  // The client finds out by the list which tools are tasks.
  await client.listTools();
  const seen: string[] = [];
  const call = { name: 'simulate-research-query', arguments: { topic: 'gates', ambiguous: false } };
  for await (const message of client.experimental.tasks.callToolStream(call)) {
    seen.push(message.type);
    if (message.type === 'result') expect(textOf(message.result)).toContain('gates');
    if (message.type === 'error') throw message.error;
  }
  expect(seen[0]).toBe('taskCreated');
  expect(seen.at(-1)).toBe('result');
  const { tasks } = await client.experimental.tasks.listTasks();
  expect(tasks).toHaveLength(1);
  const methods = (await gate.decisions(4)).map(({ method }) => method);
  expect(methods).toContain('tasks/get');
});

it('a cancelled call that is held never reaches the server, and neither does its cancellation', async () => {
  const fixture = await use(startFixture());
  const policy = policyOf({ tools: [{ names: ['transfer'], effect: 'RequireApproval', approval: { hold: '5s' } }] });
  const gate = await use(startGate({ upstream: fixture.url, policy }));
  const session = await openSession(gate);
  const held = rawExchange(gate.port, { headers: legacyHeaders(session), body: callTool('transfer', {}, 9) });
  await expect.poll(() => gate.approvals.list().length).toBe(1);
  const before = fixture.seen.length;
  const cancel = (requestId: unknown): string =>
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
  // Another id, though it looks alike: passed on, because the server may know it.
  await rawExchange(gate.port, { headers: legacyHeaders(session), body: cancel('9') });
  expect(fixture.seen).toHaveLength(before + 1);
  await rawExchange(gate.port, { headers: legacyHeaders(session), body: cancel(9) });
  await held;
  expect(fixture.seen).toHaveLength(before + 1);
  expect(fixture.executed).toEqual([]);
});

it('two clients of one name, without sessions, do not cancel each other', async () => {
  const fixture = await use(startFixture());
  const policy = policyOf({
    ...ALLOW_ALL,
    tools: [{ names: ['transfer'], effect: 'RequireApproval', approval: { hold: '1s' } }],
  });
  const gate = await use(startGate({ upstream: fixture.url, policy }));
  const headers = legacyHeaders();
  const held = [1, 2].map(async () => rawExchange(gate.port, { headers, body: callTool('transfer', {}, 9) }));
  await expect.poll(() => gate.gate.holds.size).toBe(2);
  await rawExchange(gate.port, {
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 9 } }),
  });
  expect(gate.gate.holds.size).toBe(2);
  await Promise.all(held);
});
