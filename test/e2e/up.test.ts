/** `sallyport up` in front of stdio servers, one a session, and of policy that is edited while it runs. */
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, childrenOf, isAlive, runCli } from '../support/cli.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { INITIALIZE, JSON_HEADERS, callTool, legacyHeaders, messagesIn, request } from '../support/messages.ts';
import { packageBin } from '../support/package-bin.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();
const EVERYTHING = packageBin('@modelcontextprotocol/server-everything');
const STUBBORN = join(import.meta.dirname, '..', 'support', 'stubborn-server.ts');
let home: Workspace;
beforeEach(async () => {
  home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  home.write('policy/server.yaml', serverText(EVERYTHING, 'stdio'));
  home.write('policy/rules.yaml', rulesText('[echo, "trigger-*"]'));
});

function serverText(...args: string[]): string {
  const command = JSON.stringify([process.execPath, ...args]);
  return `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: demo}
spec:
  stdio: {command: ${command}}
  access: {anonymous: true}
`;
}

function rulesText(names: string, effect = 'Allow'): string {
  return `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools:
    - {names: ${names}, effect: ${effect}}
`;
}

interface Running {
  readonly up: CliProcess;
  readonly url: string;
  readonly port: number;
}

async function start(...more: string[]): Promise<Running> {
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(
    runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports, ...more),
  );
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  return { up, url: `http://127.0.0.1:${port}/mcp`, port: Number(port) };
}

async function openSession(port: number): Promise<string> {
  const { headers } = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
  return headers['mcp-session-id'] ?? '';
}

async function echo(port: number, session: string): Promise<RawResponse> {
  return rawExchange(port, { headers: legacyHeaders(session), body: callTool('echo', { message: 'hi' }) });
}

describe('one child process a session', () => {
  it('started by initialize, stopped by DELETE', async () => {
    const { up, port } = await start();
    // The shell that watches over children has let itself go by then, on a busy machine a moment later.
    await eventually('no child runs', () => childrenOf(up.process.pid).length === 0);
    const [first, second] = [await openSession(port), await openSession(port)];
    expect(childrenOf(up.process.pid)).toHaveLength(2);
    expect((await echo(port, first)).body).toContain('Echo: hi');
    const { status } = await rawExchange(port, { method: 'DELETE', headers: legacyHeaders(first) });
    expect(status).toBe(200);
    await eventually('one child is gone', () => childrenOf(up.process.pid).length === 1);
    expect((await echo(port, first)).status).toBe(404);
    expect((await echo(port, second)).body).toContain('Echo: hi');
  });

  it('whose end is the end of its session, and of no other', async () => {
    const { up, port } = await start();
    const [first, second] = [await openSession(port), await openSession(port)];
    const [child = 0] = childrenOf(up.process.pid);
    process.kill(child, 'SIGKILL');
    await up.said(/is gone: it was ended by SIGKILL/);
    expect((await echo(port, first)).status).toBe(404);
    expect((await echo(port, second)).body).toContain('Echo: hi');
  });

  it.each(['legacy', 'auto'] as const)('for the official client of the second generation, %s', async (mode) => {
    const { url } = await start();
    const client = await connectV2(url, mode);
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toBe('Echo: hi');
  });

  it('with progress and the standalone stream, for the first generation', async () => {
    const { url } = await start();
    const client = await connectV1(url);
    defer(() => client.close());
    const heard: number[] = [];
    const params = { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } };
    await client.callTool(params, undefined, { onprogress: ({ progress }) => void heard.push(progress) });
    expect(heard).toEqual([1, 2]);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
  });

  it('that answers one id at a time: the second call of the same id is refused in words', async () => {
    const { port } = await start();
    const session = await openSession(port);
    const body = callTool('trigger-long-running-operation', { duration: 1, steps: 1 }, 5);
    const slow = rawExchange(port, { headers: legacyHeaders(session), body });
    await eventually('the second is refused', async () => {
      const again = await rawExchange(port, { headers: legacyHeaders(session), body: request('ping', {}, 5) });
      const [message] = messagesIn(again.body);
      if (message?.['error'] === undefined) return false;
      expect(again.status).toBe(200);
      expect(message).toMatchObject({ id: 5, error: { code: -32600 } });
      return true;
    });
    expect((await slow).body).toContain('completed');
  });
});

describe('Ctrl-C', () => {
  it('lets a call finish, stops the children and closes the log', async () => {
    const { up, port } = await start();
    const session = await openSession(port);
    const children = childrenOf(up.process.pid);
    const body = callTool('trigger-long-running-operation', { duration: 0.7, steps: 1 }, 5);
    const running = rawExchange(port, { headers: legacyHeaders(session), body });
    await new Promise((resolve) => setTimeout(resolve, 200));
    up.process.kill('SIGINT');
    expect((await running).body).toContain('completed');
    expect(await up.exit()).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(readAudit(home.path('audit.jsonl')).at(-1)?.event).toBe('close');
  });

  it('does not wait for a client that merely listens', async () => {
    const { up, url } = await start();
    const client = await connectV1(url);
    defer(() => client.close());
    await client.listTools();
    const began = performance.now();
    up.process.kill('SIGINT');
    expect(await up.exit()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4000);
  });

  it('kills a child that minds neither the end of its input nor SIGTERM', async () => {
    home.write('policy/server.yaml', serverText(STUBBORN));
    const { up, port } = await start();
    await openSession(port);
    const [child = 0] = childrenOf(up.process.pid);
    up.process.kill('SIGINT');
    expect(await up.exit()).toBe(0);
    expect(isAlive(child)).toBe(false);
  });

  it('twice: ends at once', async () => {
    home.write('policy/server.yaml', serverText(STUBBORN));
    const { up, port } = await start();
    await openSession(port);
    const children = childrenOf(up.process.pid);
    defer(() => children.filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL')));
    up.process.kill('SIGINT');
    await up.said(/^stopping/);
    up.process.kill('SIGINT');
    expect(await up.exit(1500)).toBe(130);
  });
});

describe('policy', () => {
  const isAllowed = async (port: number, session: string): Promise<boolean> =>
    !(await echo(port, session)).body.includes('Refused by policy');

  it('that is edited counts for the next call', async () => {
    const { up, port } = await start();
    const session = await openSession(port);
    for (let i = 0; i < 3; i++) {
      home.write('policy/rules.yaml', rulesText('[other]'));
      expect(await isAllowed(port, session)).toBe(false);
      home.write('policy/rules.yaml', rulesText('[echo]'));
      expect(await isAllowed(port, session)).toBe(true);
    }
    await up.said(/^policy .* in force from the next call on \(default\/rules\)/);
  });

  it('that is broken by an edit is reported with its line; the last good one stays', async () => {
    const { up, port } = await start();
    const session = await openSession(port);
    home.write('policy/rules.yaml', rulesText('[other]', 'Denny'));
    const [line] = await up.said(/^policy .*Denny.*/);
    expect(line).toMatch(/rules\.yaml:6:\d+.*tools\[0\]\.effect.*"Denny".*Deny/);
    await up.said(/the last good policy stays/);
    expect(await isAllowed(port, session)).toBe(true);
    home.write('policy/rules.yaml', rulesText('[other]'));
    expect(await isAllowed(port, session)).toBe(false);
  });

  it.each<[name: string, text: string]>([
    ['empty', ''],
    ['broken', 'kind: [\n'],
  ])('that is %s at the start: it says so and refuses every call', async (_name, text) => {
    home.write('policy/rules.yaml', text);
    home.write('policy/server.yaml', text);
    const { up, port } = await start();
    await up.said(/every call is refused/);
    const { status, body } = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
    expect(status).toBe(503);
    expect(messagesIn(body)).toMatchObject([{ error: { code: -31010 } }]);
  });

  it.each<[name: string, broken: string, before: string]>([
    ['its server is not known', 'policy/server.yaml', 'default/local'],
    ['its server is known all the same', 'policy/rules.yaml', 'default/demo'],
  ])('that is broken at the start and mended is recorded and counted under its name: %s', async (_, broken, before) => {
    const sound = { 'policy/server.yaml': serverText(EVERYTHING, 'stdio'), 'policy/rules.yaml': rulesText('[echo]') };
    home.write(broken, 'kind: [\n');
    const { up, port } = await start();
    await up.said(/every call is refused/);
    expect((await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE })).status).toBe(503);
    home.write(broken, sound[broken as keyof typeof sound]);
    await eventually('a call is let in', async () => {
      const { status } = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
      return status === 200;
    });
    const servers = await eventually('both are on record', () => {
      const lines = readAudit(home.path('audit.jsonl')).filter(({ event }) => event === 'decision');
      return lines.at(-1)?.outcome === 'answered' ? lines.map(({ server }) => server) : undefined;
    });
    expect(servers[0]).toBe(before);
    expect(servers.at(-1)).toBe('default/demo');
    const [, metricsPort] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/metrics/);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(metrics).toMatch(/sallyport_policy_info\{server="default\/demo",/);
    expect(metrics).toMatch(/sallyport_audit_file_bytes\{server="default\/demo"\} [1-9]/);
    expect(metrics).not.toContain('sallyport_held_calls{server="default/local"}');
  });
});

describe('what cannot start says why in one sentence, and how to mend it', () => {
  const up = (...args: string[]): string[] => ['up', '--port', '0', '--metrics-port', '0', ...args];
  it.each<[name: string, args: () => string[], says: RegExp]>([
    [
      'a folder that is not there',
      () => up('-f', home.path('none')),
      /^sallyport: the policy folder .* does not exist; make one: sallyport init/,
    ],
    [
      'a command that is not found',
      () => up('-f', home.path('policy'), '--', 'no-such-program'),
      /"no-such-program" was not found; check its spelling/,
    ],
    [
      'a command that may not be run',
      () => up('-f', home.path('policy'), '--', home.write('plain.txt', '')),
      /may not be executed; make it executable: chmod \+x/,
    ],
    [
      'an upstream that is no URL',
      () => up('-f', home.path('policy'), '--upstream', 'localhost'),
      /"localhost" is not an http or https URL; write/,
    ],
    [
      'a port that is none',
      () => ['up', '-f', home.path('policy'), '--port', 'x'],
      /--port x is not a port; give a number/,
    ],
    [
      'an address that is not ours',
      () => up('-f', home.path('policy'), '--host', '192.0.2.1'),
      /cannot listen on 192\.0\.2\.1.*; check --host/,
    ],
    [
      'an audit file in a place that cannot be',
      () => up('-f', home.path('policy'), '--audit', home.write('plain.txt', '') + '/audit.jsonl'),
      /^sallyport: the audit log .* cannot be written: .*; choose another place: --audit FILE/,
    ],
  ])('%s', async (_name, args, says) => {
    const cli = await use(runCli(home, ...args()));
    expect(await cli.exit()).toBeGreaterThan(0);
    expect(cli.err).toHaveLength(1);
    expect(cli.err[0]).toMatch(says);
    expect(cli.err[0]).not.toMatch(/internal error|\s+at /);
  });

  it.each(['--port', '--metrics-port'])('a port that is taken: %s', async (option) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    defer(() => server.close());
    const { port } = server.address() as { port: number };
    const cli = await use(runCli(home, ...up('-f', home.path('policy'), option, String(port))));
    expect(await cli.exit()).toBe(1);
    expect(cli.err).toEqual([
      `sallyport: port ${port} on 127.0.0.1 is taken; stop what listens there, or choose another: ${option} 0 takes a free one`,
    ]);
  });

  // The superuser may read everything.
  it.skipIf(process.getuid?.() === 0)('a folder that may not be read', async () => {
    chmodSync(home.path('policy'), 0o000);
    const cli = await use(runCli(home, ...up('-f', home.path('policy'))));
    expect(await cli.exit()).toBe(1);
    expect(cli.err).toHaveLength(1);
    expect(cli.err[0]).toMatch(/may not be read; give yourself read permission/);
  });
});
