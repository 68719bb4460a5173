/** `sallyport wrap` between the official client and a server of the official SDK, in both eras. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { CLI, Workspace, runCli } from '../support/cli.ts';
import { textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { LEGACY, MODERN, callTool, modernRequest, request } from '../support/messages.ts';
import { answerTo, messagesOut, sendLine, shakeHands } from '../support/stdio-lines.ts';

const { defer, use } = cleanupAfterEach();
const FIXTURE = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');
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
`,
  );
});

function wrapArgs(...server: string[]): string[] {
  return ['wrap', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), '--', process.execPath, ...server];
}

async function connect(mode: 'legacy' | 'auto' | { readonly pin: string }, ...server: string[]): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1' }, { versionNegotiation: { mode } });
  const args = [CLI, ...wrapArgs(...server)];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, env: { ...home.env }, stderr: 'ignore' }),
  );
  defer(() => client.close());
  return client;
}

interface ServerState {
  readonly executed: string[];
  readonly aborted: string[];
}

async function stateOf(client: Client): Promise<ServerState> {
  return JSON.parse(textOf(await client.callTool({ name: 'state', arguments: {} }))) as ServerState;
}

describe.each<[name: string, mode: 'legacy' | 'auto' | { readonly pin: string }, server: string[], spoken: string]>([
  ['a modern client, a server of both eras', { pin: MODERN }, [FIXTURE], MODERN],
  ['a client that asks, a server of both eras', 'auto', [FIXTURE], MODERN],
  ['a client that asks, a modern server', 'auto', [FIXTURE, 'modern'], MODERN],
  ['a client that asks, a legacy server', 'auto', [FIXTURE, 'legacy'], LEGACY],
  ['a client that asks, a legacy server that exits when it is asked', 'auto', [FIXTURE, 'exits'], LEGACY],
  ['a legacy client, a server of both eras', 'legacy', [FIXTURE], LEGACY],
])('%s', (_name, mode, server, spoken) => {
  it('lists, calls, is refused and cancels', async () => {
    const client = await connect(mode, ...server);
    expect(client.getNegotiatedProtocolVersion()).toBe(spoken);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('danger');
    expect(textOf(await client.callTool({ name: 'danger', arguments: {} }))).toMatch(/^Refused by policy/);
    const leaving = new AbortController();
    const slow = client.callTool({ name: 'slow', arguments: { ms: 20_000 } }, { signal: leaving.signal });
    await eventually('it has begun', async () => (await stateOf(client)).executed.includes('slow'));
    leaving.abort();
    await expect(slow).rejects.toThrow();
    await eventually('it is over', async () => (await stateOf(client)).aborted.includes('slow'));
  });
});

it('a modern client subscribes, hears of a change and takes it back', async () => {
  const client = await connect({ pin: MODERN }, FIXTURE);
  let heard = 0;
  client.setNotificationHandler('notifications/tools/list_changed', () => void heard++);
  const subscription = await client.listen({ toolsListChanged: true });
  await client.callTool({ name: 'change', arguments: {} });
  await eventually('it has heard', () => heard === 1);
  await subscription.close();
  await client.callTool({ name: 'change', arguments: {} });
  expect(heard).toBe(1);
});

// Line by line: the official client forgets progress that comes in one piece with the answer.
it('ids, tokens and the order of messages stay as they are', async () => {
  const wrap = await use(runCli(home, ...wrapArgs(FIXTURE)));
  const params = { name: 'steps', arguments: { steps: 2 }, _meta: { progressToken: 'mine' } };
  sendLine(wrap, modernRequest('tools/call', params, 'a'));
  await eventually('the answer', () => messagesOut(wrap).length === 4);
  expect(messagesOut(wrap)).toMatchObject([
    ...[0, 1, 2].map((progress) => ({ params: { progressToken: 'mine', progress } })),
    { id: 'a', result: { content: [{ text: 'stepped' }] } },
  ]);
});

it.each([
  ['2025-03-26', { result: expect.anything() as unknown }],
  [
    LEGACY,
    { error: { code: -32600, message: expect.stringContaining(`revision ${LEGACY} has no batches`) as string } },
  ],
])('a list of messages after a handshake of %s is what that revision says it is', async (version, expected) => {
  const wrap = await use(runCli(home, ...wrapArgs(FIXTURE, 'legacy')));
  const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  sendLine(wrap, request('initialize', params));
  expect(await answerTo(wrap, 1)).toMatchObject({ result: { protocolVersion: version } });
  sendLine(wrap, `[${callTool('echo', {}, 2)}]`);
  await eventually('an answer', () => messagesOut(wrap).length === 2);
  expect(messagesOut(wrap)[1]).toMatchObject(expected);
});

it('after a handshake of 2025-11-25 a line is read as of that revision, which has tasks', async () => {
  const wrap = await use(runCli(home, ...wrapArgs(FIXTURE, 'legacy')));
  await shakeHands(wrap);
  sendLine(wrap, request('tasks/get', { taskId: 'nobody’s' }, 2));
  expect(await answerTo(wrap, 2)).toMatchObject({
    error: { message: expect.stringContaining('Task not found') as string },
  });
});

it('what a client took back is not waited for at the end', async () => {
  const wrap = await use(runCli(home, ...wrapArgs(FIXTURE)));
  sendLine(wrap, modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, 4));
  sendLine(wrap, modernRequest('tools/call', { name: 'slow', arguments: { ms: 20_000 } }, 5));
  await eventually('it is acknowledged', () => messagesOut(wrap).length === 1);
  for (const requestId of [4, 5]) {
    sendLine(wrap, JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }));
  }
  expect(await answerTo(wrap, 4)).toMatchObject({ result: { resultType: 'complete' } });
  const began = performance.now();
  wrap.process.stdin.end();
  expect(await wrap.exit()).toBe(0);
  expect(performance.now() - began).toBeLessThan(4_000);
});

it('a server that writes a line without end is ended, and its call hears why', async () => {
  const endless = `process.stdin.once('data', () => process.stdout.write(Buffer.alloc(20 * 1024 * 1024, 'x')));`;
  const wrap = await use(runCli(home, ...wrapArgs('-e', endless)));
  sendLine(wrap, modernRequest('tools/list', {}, 4));
  expect(await answerTo(wrap, 4)).toMatchObject({
    error: { code: -31021, message: expect.stringMatching(/it wrote a line of more than \d+ bytes/) as string },
  });
  expect(await wrap.exit()).toBe(1);
});

it('what readers of lines split at is written otherwise, in both directions', async () => {
  // Node's readline splits at U+2028, so the server is a reader of that kind; its answer has the characters as they are.
  const server = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, params } = JSON.parse(line);
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [{ type: 'text', text: params.arguments.text }] } }));
  });`;
  const wrap = await use(runCli(home, ...wrapArgs('-e', server)));
  const raw: Buffer[] = [];
  wrap.process.stdout.on('data', (chunk: Buffer) => raw.push(chunk));
  const text = 'a\u2028b\u2029c\u0085d';
  sendLine(wrap, modernRequest('tools/call', { name: 'echo', arguments: { text } }, 4));
  await eventually('the answer', () => Buffer.concat(raw).includes('\n'));
  expect(Buffer.concat(raw).toString()).not.toMatch(/[\u0085\u2028\u2029]/);
  expect(await answerTo(wrap, 4)).toMatchObject({ result: { content: [{ text }] } });
});

it('a line of a log with the id of the call is shown to the person, and the client gets the answer', async () => {
  const server = `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id } = JSON.parse(line);
    console.log(JSON.stringify({ level: 'info', id, msg: 'working on it' }));
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', content: [] } }));
  });`;
  const wrap = await use(runCli(home, ...wrapArgs('-e', server)));
  sendLine(wrap, modernRequest('tools/call', { name: 'echo', arguments: {} }, 4));
  expect(await answerTo(wrap, 4)).toMatchObject({ result: { content: [] } });
  await wrap.said(/no JSON-RPC message \(it has no "jsonrpc": "2\.0"\) and was skipped: .*working on it/);
});

describe('a line of more than 8 MiB from the client', () => {
  const huge = 'x'.repeat(9 << 20);

  it.each([
    [
      'is refused under its id, and the next one is served',
      modernRequest('tools/call', { name: 'echo', arguments: { huge } }, 4),
      4,
    ],
    ['is refused without an id where it has none', `{"jsonrpc":"2.0","params":{"huge":"${huge}"}}`, null],
  ])('%s', async (_what, line, id) => {
    const wrap = await use(runCli(home, ...wrapArgs(FIXTURE)));
    sendLine(wrap, line);
    sendLine(wrap, modernRequest('tools/call', { name: 'echo', arguments: { message: 'hi' } }, 5));
    expect(await answerTo(wrap, 5)).toMatchObject({ result: { content: [{ type: 'text' }] } });
    const refusal = messagesOut(wrap).find((message) => message['id'] === id);
    expect(refusal).toMatchObject({ error: { message: expect.stringMatching(/at most 8388608 bytes/) as string } });
  });

  it('that is no message ends the connection, since nobody knows where it ends', async () => {
    const wrap = await use(runCli(home, ...wrapArgs(FIXTURE)));
    wrap.process.stdin.write(huge);
    expect(await wrap.exit()).toBe(0);
    expect(messagesOut(wrap)).toMatchObject([
      { id: null, error: { message: expect.stringMatching(/the connection ends/) as string } },
    ]);
  });
});
