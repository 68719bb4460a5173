/** `sallyport wrap` between a client that starts its servers itself and such a server. */
import { mkdirSync } from 'node:fs';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { CLI, type CliProcess, Workspace, childrenOf, isAlive, runCli } from '../support/cli.ts';
import { textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { callTool, request } from '../support/messages.ts';
import { packageBin } from '../support/package-bin.ts';
import { answerTo, messagesOut, sendLine, shakeHands } from '../support/stdio-lines.ts';

const { defer, use } = cleanupAfterEach();
const FILESYSTEM = packageBin('@modelcontextprotocol/server-filesystem');
const EVERYTHING = packageBin('@modelcontextprotocol/server-everything');
let home: Workspace;
let data: string;
beforeEach(async () => {
  home = await use(new Workspace());
  data = home.path('data');
  for (const name of ['data', 'policy']) mkdirSync(home.path(name));
  home.write('data/a.txt', 'contents of a');
  home.write('outside.txt', 'secret');
  home.write('policy/rules.yaml', policyText());
});

function policyText(): string {
  return `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools:
    - {names: ["list_*", echo, "trigger-*"], effect: Allow}
    - names: [read_text_file]
      effect: Allow
      arguments: {path: {type: path, roots: [${data}]}}
    - {name: ask, names: [write_file], effect: RequireApproval, approval: {hold: 20s}}
`;
}

function wrapArgs(...server: string[]): string[] {
  return ['wrap', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), '--', process.execPath, ...server];
}

async function start(...server: string[]): Promise<CliProcess> {
  return use(runCli(home, ...wrapArgs(...server)));
}

async function approve(): Promise<void> {
  const list = runCli(home, 'approvals', 'list');
  await list.exit();
  const name = await eventually('an approval in the list', async () => {
    const again = runCli(home, 'approvals', 'list');
    await again.exit();
    return /\S*write-file-[a-z0-9]{6}/.exec(again.out.join('\n'))?.[0];
  });
  expect(await runCli(home, 'approvals', 'approve', name).exit()).toBe(0);
}

describe.each([
  [
    'SDK v1',
    async (): Promise<ClientV2> => {
      const client = new ClientV1({ name: 'e2e', version: '1' });
      const args = [CLI, ...wrapArgs(FILESYSTEM, data)];
      await client.connect(new StdioV1({ command: process.execPath, args, env: { ...home.env }, stderr: 'ignore' }));
      return client as unknown as ClientV2;
    },
  ],
  [
    'SDK v2',
    async (): Promise<ClientV2> => {
      const client = new ClientV2({ name: 'e2e', version: '1' });
      const args = [CLI, ...wrapArgs(FILESYSTEM, data)];
      await client.connect(new StdioV2({ command: process.execPath, args, env: { ...home.env }, stderr: 'ignore' }));
      return client;
    },
  ],
])('%s', (_name, connect) => {
  it('lists, reads, is refused, is held and approved', async () => {
    const client = await connect();
    defer(() => client.close());
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('read_text_file');
    expect(names).toContain('write_file');
    expect(names).not.toContain('edit_file');
    const read = async (path: string): Promise<string> =>
      textOf(await client.callTool({ name: 'read_text_file', arguments: { path } }));
    expect(await read(`${data}/a.txt`)).toContain('contents of a');
    expect(await read(home.path('outside.txt'))).toMatch(/^Refused by policy: tool "read_text_file", argument "path"/);
    expect(await read(`${data}/../outside.txt`)).toMatch(/^Refused by policy/);
    const args = { path: `${data}/new.txt`, content: 'new' };
    const held = client.callTool({ name: 'write_file', arguments: args });
    await approve();
    expect(textOf(await held)).toMatch(/Successfully wrote/);
    expect(await read(`${data}/new.txt`)).toContain('new');
  });
});

describe('standard output', () => {
  it('carries the protocol and nothing else, whatever comes in', async () => {
    const wrap = await start(EVERYTHING, 'stdio');
    const initialized = await shakeHands(wrap);
    expect(initialized).toMatchObject({ result: { serverInfo: { name: 'mcp-servers/everything' } } });
    for (const line of [
      '{',
      '',
      '[]',
      '{"jsonrpc":"2.0","id":8,"method":"x/y"}',
      callTool('gzip-file-as-resource', {}, 9),
    ]) {
      sendLine(wrap, line);
    }
    sendLine(wrap, callTool('echo', { message: 'hi' }, 10));
    expect(await answerTo(wrap, 10)).toMatchObject({ result: { content: [{ text: 'Echo: hi' }] } });
    expect(await answerTo(wrap, 8)).toMatchObject({ error: { code: -32601 } });
    expect(await answerTo(wrap, 9)).toMatchObject({ result: { isError: true } });
    expect(messagesOut(wrap).filter(({ error, id }) => error !== undefined && id === null)).toHaveLength(2);
    expect(wrap.err.join('\n')).toMatch(/Deny +tools\/call "gzip-file-as-resource"/);
  });

  it('is silent until it is asked, even when there is no server', async () => {
    home.write('policy/rules.yaml', 'kind: [broken\n');
    const wrap = await use(runCli(home, 'wrap', '-f', home.path('policy')));
    await wrap.said(/every call is refused/);
    expect(wrap.out).toEqual([]);
    sendLine(wrap, request('tools/list', {}, 2));
    expect(await answerTo(wrap, 2)).toMatchObject({ error: { code: -31010 } });
  });
});

describe('the end', () => {
  it('of input with a call in flight: the answer still comes, then both processes are gone', async () => {
    const wrap = await start(EVERYTHING, 'stdio');
    await shakeHands(wrap);
    const [server = 0] = childrenOf(wrap.process.pid);
    sendLine(wrap, callTool('trigger-long-running-operation', { duration: 0.5, steps: 1 }, 5));
    wrap.process.stdin.end();
    expect(await wrap.exit()).toBe(0);
    expect(messagesOut(wrap).find(({ id }) => id === 5)).toMatchObject({ result: { content: [{ type: 'text' }] } });
    expect(isAlive(server)).toBe(false);
  });

  it('of the server: a call in flight hears of it, and the client sees us gone', async () => {
    const wrap = await start(EVERYTHING, 'stdio');
    await shakeHands(wrap);
    const [server = 0] = childrenOf(wrap.process.pid);
    sendLine(wrap, callTool('trigger-long-running-operation', { duration: 60, steps: 1 }, 5));
    await eventually('the call is on its way', () => isAlive(server));
    setTimeout(() => process.kill(server, 'SIGKILL'), 200);
    await wrap.exit();
    expect(messagesOut(wrap).find(({ id }) => id === 5)).toMatchObject({ error: { code: -31021 } });
    expect(wrap.err.join('\n')).toMatch(/the server is gone: it was ended by SIGKILL/);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s: the server is stopped, too', async (signal) => {
    const wrap = await start(FILESYSTEM, data);
    await shakeHands(wrap);
    const servers = childrenOf(wrap.process.pid);
    expect(servers).toHaveLength(1);
    wrap.process.kill(signal);
    expect(await wrap.exit()).toBe(0);
    expect(servers.filter(isAlive)).toEqual([]);
    expect(messagesOut(wrap)).toHaveLength(1);
  });
});

it('a policy that is broken at the start: every call is refused until it is mended', async () => {
  home.write('policy/rules.yaml', policyText().replace('effect: Allow', 'effect: Alow'));
  const wrap = await start(FILESYSTEM, data);
  await wrap.said(/rules\.yaml:6:.*"Alow".*Allow/);
  sendLine(wrap, callTool('read_text_file', { path: `${data}/a.txt` }, 2));
  expect(await answerTo(wrap, 2)).toMatchObject({ error: { code: -31010 } });
  home.write('policy/rules.yaml', policyText());
  await wrap.said(/in force from the next call on/);
  await shakeHands(wrap);
  sendLine(wrap, callTool('read_text_file', { path: `${data}/a.txt` }, 3));
  expect(await answerTo(wrap, 3)).toMatchObject({ result: { content: [{ text: 'contents of a' }] } });
});
