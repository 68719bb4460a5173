/** Results that are kept, on every way in and out: batches, HTTP+SSE, programs, further ports, and keys for the server that change. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { expect, it } from 'vitest';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { Workspace, runCli } from '../support/cli.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { type PackSpec, bundleOf, policyOf } from '../support/policy.ts';
import { freePort } from '../support/ports.ts';
import { rawExchange } from '../support/raw-http.ts';
import { startSidecar } from '../support/sidecar-process.ts';

const { use, defer } = cleanupAfterEach();
/** For all: these callers are nobody known. */
const KEEPING: PackSpec = {
  tools: [{ names: ['*'], effect: 'Allow' }],
  cache: [{ tools: ['*'], ttl: '5m', by: 'server', trustNames: true, clearedBy: ['transfer', 'state', 'change'] }],
};
const META = 'sallyport.dev/cache';
const isKept = (result: { _meta?: Record<string, unknown> | undefined }): boolean => result._meta?.[META] !== undefined;

it('a client of HTTP+SSE reads it on its stream, and nothing else with it', async () => {
  const { url } = await use(startEverything('sse'));
  const gate = await use(startGate({ upstream: url, policy: policyOf(KEEPING) }));
  const client = new Client({ name: 'e2e', version: '1' });
  await client.connect(new SSEClientTransport(new URL(gate.url)));
  await use(client);
  await client.listTools();
  const call = async (message: string) => client.callTool({ name: 'echo', arguments: { message } });
  const said = [await call('hi'), await call('hi'), await call('other'), await call('hi')];
  expect(said.map(textOf)).toEqual(['Echo: hi', 'Echo: hi', 'Echo: other', 'Echo: hi']);
  expect(said.map(isKept)).toEqual([false, true, false, true]);
  const decisions = (await gate.decisions(7)).filter((line) => line['tool'] === 'echo');
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['accepted', 'answered', 'accepted', 'answered']);
});

it('each message of a batch has it under its own id', async () => {
  const fixture = await use(startFixture());
  const gate = await use(startGate({ upstream: fixture.url, policy: policyOf(KEEPING) }));
  const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const opened = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', params) });
  const headers: [string, string][] = [...JSON_HEADERS, ['Mcp-Session-Id', opened.headers['mcp-session-id'] ?? '']];
  const post = async (body: string) => rawExchange(gate.port, { headers, body });
  await post(request('tools/list'));
  await post(callTool('echo'));
  const { body } = await post(
    `[${callTool('echo', {}, 'a')},${callTool('echo', { b: 1 }, 'b')},${callTool('echo', {}, 3)}]`,
  );
  const answers = JSON.parse(body.startsWith('[') ? body : JSON.stringify(messagesIn(body))) as {
    id: unknown;
    result: { _meta?: Record<string, unknown> };
  }[];
  const kept = Object.fromEntries(answers.map(({ id, result }) => [String(id), isKept(result)]));
  expect([kept, fixture.executed]).toEqual([{ a: true, b: false, 3: true }, ['echo', 'echo']]);
});

it.each(['modern', 'legacy'] as const)('a program is not asked again (%s)', async (mode) => {
  const home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  const fixture = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');
  const metadata = (name: string) => ({ apiVersion: 'sallyport.dev/v1alpha1', metadata: { name } });
  const stdio = { command: [process.execPath, fixture] };
  home.write(
    'policy/server.yaml',
    JSON.stringify({ ...metadata('demo'), kind: 'MCPServer', spec: { stdio, access: { anonymous: true } } }),
  );
  home.write('policy/rules.yaml', JSON.stringify({ ...metadata('rules'), kind: 'PolicyPack', spec: KEEPING }));
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  const client = await use(connectV2(`http://127.0.0.1:${port}/mcp`, mode));
  await client.listTools();
  const call = async (name: string) => client.callTool({ name, arguments: {} });
  const said = [await call('echo'), await call('echo')];
  expect(said.map(isKept)).toEqual([false, true]);
  expect(JSON.parse(textOf(await call('state')))).toMatchObject({ executed: ['echo'] });
  expect(isKept(await call('echo'))).toBe(false);
});

it('each port of a pod has its own, and what changes something at one of them clears all', async () => {
  const operator = await use(OperatorDouble.start());
  operator.handleKeys = { handleKey: randomBytes(32).toString('base64url') };
  const volume = new MountedVolume({ 'bundle.json': bundleOf(KEEPING, { anonymous: true }).text });
  defer(async () => volume.close());
  const servers = [await use(startFixture()), await use(startFixture())] as const;
  const port = await freePort();
  const gate = await use(
    startSidecar({
      ...operator.env,
      SALLYPORT_UPSTREAM: servers[0].url,
      SALLYPORT_FURTHER_PORTS: JSON.stringify([{ name: 'admin', port, hopPort: 0, upstream: servers[1].url }]),
      SALLYPORT_BUNDLE_DIR: volume.path,
      SALLYPORT_POD_IP: '127.0.0.1',
      SALLYPORT_HOP_PORT: '0',
      SALLYPORT_DRAIN: '1s',
    }),
  );
  await eventually('it is ready', async () => (await gate.readiness()).status === 200);
  const clients = [await use(connectV1(gate.url)), await use(connectV1(`http://127.0.0.1:${port}/mcp`))];
  for (const client of clients) {
    await client.listTools();
    const said = [];
    for (const _ of [1, 2]) said.push(await client.callTool({ name: 'echo', arguments: {} }));
    expect(said.map(isKept)).toEqual([false, true]);
  }
  expect(servers.map(({ executed }) => executed)).toEqual([['echo'], ['echo']]);
  await clients[1]?.callTool({ name: 'transfer', arguments: {} });
  for (const client of clients) expect(isKept(await client.callTool({ name: 'echo', arguments: {} }))).toBe(false);
});

it('a key for the server that is another one makes it another call', async () => {
  const fixture = await use(startFixture());
  const upstream = {
    credentials: [{ name: 'api', header: 'X-Key', from: { secretName: 'keys', key: 'api' } }],
  };
  const bundle = await use(new MountedVolume({ 'bundle.json': bundleOf(KEEPING, { anonymous: true }, upstream).text }));
  const keys = await use(new MountedVolume({ 'keys/api': 'sk-first-0123456789' }));
  const gate = await use(
    startSidecar({
      ...{ SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path, SALLYPORT_CREDENTIALS_DIR: keys.path },
    }),
  );
  const ask = async (method: string, params: object = {}, name?: string) => {
    const { body } = await rawExchange(gate.port, {
      headers: modernHeaders(method, name),
      body: modernRequest(method, { ...params }),
    });
    return messagesIn(body).at(-1) as { result: { _meta?: Record<string, unknown> } };
  };
  const call = async (): Promise<boolean> =>
    isKept((await ask('tools/call', { name: 'echo', arguments: {} }, 'echo')).result);
  await eventually('it is ready', async () => (await gate.readiness()).status === 200);
  await ask('tools/list');
  expect([await call(), await call()]).toEqual([false, true]);
  keys.swap({ 'keys/api': 'sk-second-9876543210' });
  await eventually('the server is asked with the other key', async () => {
    await call();
    return fixture.seen.some(({ headers }) => headers['x-key'] === 'sk-second-9876543210');
  });
  expect(await call()).toBe(true);
  expect(fixture.executed).toEqual(['echo', 'echo']);
});
