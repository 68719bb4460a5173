/** `sallyport up` in front of stdio servers of every era, for clients of every era. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, childrenOf, isAlive, runCli } from '../support/cli.ts';
import { type Negotiation, connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { ENVELOPE, MODERN, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { packageBin } from '../support/package-bin.ts';
import { type RawResponse, rawBytes, rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();
const FIXTURE = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');
const RAW = join(import.meta.dirname, '..', 'support', 'stdio-raw-server.ts');
const EVERYTHING = packageBin('@modelcontextprotocol/server-everything');
let home: Workspace;
beforeEach(async () => {
  home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  home.write(
    'policy/rules.yaml',
    `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools: [{names: ["*"], effect: Allow}, {names: [danger], effect: Deny}]
  resources: [{uris: ["**"], effect: Allow}]
`,
  );
});

interface Running {
  readonly up: CliProcess;
  readonly url: string;
  readonly port: number;
}

async function start(...server: string[]): Promise<Running> {
  home.write(
    'policy/server.yaml',
    `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: demo}
spec:
  stdio: {command: ${JSON.stringify([process.execPath, ...server])}}
  access: {anonymous: true}
`,
  );
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  return { up, url: `http://127.0.0.1:${port}/mcp`, port: Number(port) };
}

async function connect(url: string, mode: Negotiation): Promise<Client> {
  const client = await connectV2(url, mode);
  defer(() => client.close());
  return client;
}

async function callRaw(port: number, name: string, args: object = {}, meta: object = {}): Promise<RawResponse> {
  const body = modernRequest('tools/call', { name, arguments: args, _meta: { ...ENVELOPE, ...meta } }, 1);
  return rawExchange(port, { headers: modernHeaders('tools/call', name), body });
}

interface ServerState {
  readonly pid: number;
  readonly executed: string[];
  readonly aborted: string[];
}

async function stateOf(client: Pick<Client, 'callTool'>): Promise<ServerState> {
  return JSON.parse(textOf(await client.callTool({ name: 'state', arguments: {} }))) as ServerState;
}

describe('a server of both eras', () => {
  it.each(['modern', 'auto'] as const)('is shared by modern clients (%s)', async (mode) => {
    const { up, url } = await start(FIXTURE);
    const [one, other] = [await connect(url, mode), await connect(url, mode)];
    expect([one, other].map((client) => client.getNegotiatedProtocolVersion())).toEqual([MODERN, MODERN]);
    expect((await stateOf(one)).pid).toBe((await stateOf(other)).pid);
    await eventually('the process that was asked first is gone', () => childrenOf(up.process.pid).length === 1);
    expect((await one.listTools()).tools.map(({ name }) => name)).not.toContain('danger');
    expect(textOf(await one.callTool({ name: 'danger', arguments: {} }))).toMatch(/^Refused by policy/);
    expect((await one.readResource({ uri: 'file:///data/report.txt' })).contents).toHaveLength(1);
  });

  it('gives each legacy client a process of its own, of both generations', async () => {
    const { up, url } = await start(FIXTURE);
    const first = await connectV1(url);
    defer(() => first.close());
    const second = await connect(url, 'legacy');
    const third = await connect(url, 'modern');
    const states = [await stateOf(first as unknown as Client), await stateOf(second), await stateOf(third)];
    expect(new Set(states.map(({ pid }) => pid)).size).toBe(3);
    await eventually('three processes run', () => childrenOf(up.process.pid).length === 3);
  });

  it('keeps clients apart whose ids and progress tokens are equal', async () => {
    const { port } = await start(FIXTURE);
    const tokens = { progressToken: 'same' };
    const counts = [3, 5, 8];
    const answers = await Promise.all(counts.map(async (steps) => callRaw(port, 'steps', { steps }, tokens)));
    for (const [i, { body }] of answers.entries()) {
      const [last, ...steps] = messagesIn(body).toReversed();
      expect(last).toMatchObject({ id: 1, result: { content: [{ text: 'stepped' }] } });
      expect(steps).toHaveLength((counts[i] ?? 0) + 1);
      for (const step of steps) expect(step).toMatchObject({ params: { progressToken: 'same', total: counts[i] } });
    }
  });

  it('hands on numbers that no double can hold', async () => {
    const { port } = await start(FIXTURE);
    const big = modernRequest('tools/call', { name: 'echo', arguments: { n: 0 } }).replace(
      '"n":0',
      '"n":9007199254740993',
    );
    // The server of the SDK rounds it; what reaches it is what the gate took.
    const { body } = await rawExchange(port, { headers: modernHeaders('tools/call', 'echo'), body: big });
    expect(messagesIn(body)).toMatchObject([{ id: 1, result: { content: [{ text: 'echo {"n":9007199254740992}' }] } }]);
  });

  it('hears that a client has left', async () => {
    const { url } = await start(FIXTURE);
    const client = await connect(url, 'modern');
    const leaving = new AbortController();
    const slow = client.callTool({ name: 'slow', arguments: { ms: 20_000 } }, { signal: leaving.signal });
    await eventually('it has begun', async () => (await stateOf(client)).executed.includes('slow'));
    leaving.abort();
    await expect(slow).rejects.toThrow();
    await eventually('it is over', async () => (await stateOf(client)).aborted.includes('slow'));
  });

  it('tells every subscriber of a change', async () => {
    const { url } = await start(FIXTURE);
    const heard: string[] = [];
    for (const name of ['one', 'other']) {
      const client = await connect(url, 'modern');
      client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push(name));
      const subscription = await client.listen({ toolsListChanged: true });
      defer(() => subscription.close());
    }
    const third = await connect(url, 'modern');
    await third.callTool({ name: 'change', arguments: {} });
    await eventually('both have heard', () => heard.length === 2);
    expect(heard.toSorted()).toEqual(['one', 'other']);
  });

  it('that crashes ends the calls in flight and is started again', async () => {
    const { up, url, port } = await start(FIXTURE);
    const client = await connect(url, 'modern');
    const { pid } = await stateOf(client);
    const slow = callRaw(port, 'slow', { ms: 20_000 });
    await eventually('it has begun', async () => (await stateOf(client)).executed.includes('slow'));
    const crash = callRaw(port, 'crash');
    for (const { status, body } of [await slow, await crash]) {
      expect(status).toBe(502);
      expect(messagesIn(body)).toMatchObject([{ id: 1, error: { code: -31021 } }]);
      expect(body).toContain('it exited with code 3');
    }
    const now = await eventually('it answers again', async () => stateOf(client).catch(() => undefined));
    expect(now.pid).not.toBe(pid);
    expect(now.executed).toEqual([]);
    await up.said(/the server that is shared is gone: it exited with code 3/);
  });

  it('is gone, with all its processes, when the gate is', async () => {
    const { up, url } = await start(FIXTURE);
    await stateOf(await connect(url, 'modern'));
    await stateOf(await connect(url, 'legacy'));
    const children = childrenOf(up.process.pid);
    expect(children.length).toBeGreaterThan(1);
    up.process.kill('SIGTERM');
    expect(await up.exit()).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });
});

describe('a server of the modern era alone', () => {
  it('serves modern clients', async () => {
    const { url } = await start(FIXTURE, 'modern');
    expect((await stateOf(await connect(url, 'auto'))).executed).toEqual([]);
  });
});

describe.each<[name: string, server: string[]]>([
  ['a server of the handshake revisions', [FIXTURE, 'legacy']],
  ['the official server-everything', [EVERYTHING, 'stdio']],
  ['a server that exits before it is initialized', [FIXTURE, 'exits']],
])('%s', (_name, server) => {
  it('is told of as such, and a client that can falls back', async () => {
    const { up, url, port } = await start(...server);
    const { status, body } = await callRaw(port, 'echo');
    expect(status).toBe(400);
    expect(messagesIn(body)).toMatchObject([{ error: { code: -32022, data: { requested: MODERN } } }]);
    const client = await connect(url, 'auto');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toMatch(/hi/);
    await eventually('its session has the only process', () => childrenOf(up.process.pid).length === 1);
  });
});

it('a client that does not read loses its call, and the others are served meanwhile', async () => {
  const { port } = await start(RAW);
  const args = { count: 20_000, size: 1024 };
  const body = modernRequest('tools/call', { name: 'flood', arguments: args, _meta: { progressToken: 1 } });
  const slow = net.connect(port, '127.0.0.1');
  defer(() => slow.destroy());
  slow.write(rawBytes(port, { headers: modernHeaders('tools/call', 'flood'), body }));
  await once(slow, 'readable');
  const told = async (): Promise<boolean> => (await callRaw(port, 'seen')).body.includes('notifications/cancelled');
  await eventually('the server is told that nobody waits', told);
  let text = '';
  for await (const chunk of slow) {
    text += String(chunk);
    if (text.includes('-31021')) break;
  }
  expect(text).toMatch(/"code":-31021,"message":"[^"]*reads too slowly/);
});

it('a program that starts the server itself does not leave it behind', async () => {
  const idle = 'setInterval(() => {}, 1000);';
  const spawn = `require('node:child_process').spawn(process.execPath, ['-e', '${idle}'], { stdio: 'inherit' });`;
  const { up, port } = await start('-e', `${spawn} ${idle}`);
  const asked = callRaw(port, 'echo');
  // The first program may be one that is only asked which era it speaks, and gone by now.
  const grandchildren = await eventually('it has started another', () => {
    const found = childrenOf(up.process.pid).flatMap(childrenOf);
    return found.length > 0 && found;
  });
  expect((await asked).status).toBe(400);
  up.process.kill('SIGTERM');
  expect(await up.exit()).toBe(0);
  expect(grandchildren.filter(isAlive)).toEqual([]);
});
