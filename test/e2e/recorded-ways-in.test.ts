/** Traffic is recorded whichever way it comes: over HTTP+SSE, where the answer follows the record of its call, in lists, and over stdio. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { mkdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { runCli, Workspace } from '../support/cli.ts';
import { startEverything } from '../support/everything.ts';
import { packageBin } from '../support/package-bin.ts';

const { use } = cleanupAfterEach();
const ALL = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: open}
spec: {tools: [{names: ["*"], effect: Allow}]}
`;

async function prepared(server = ''): Promise<Workspace> {
  const home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  home.write('policy/open.yaml', ALL + server);
  return home;
}

/** Without head, end and what the server lists. */
function recorded(home: Workspace): Record<string, unknown>[] {
  const lines = readFileSync(home.path('traffic.jsonl'), 'utf8').trimEnd().split('\n');
  const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return all.slice(1, -1).filter((line) => line['tool'] === undefined);
}

it('over HTTP+SSE', { timeout: 60_000 }, async () => {
  const server = await use(startEverything('sse'));
  const home = await prepared(`---
apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: everything}
spec: {remote: {url: ${server.url}}, access: {anonymous: true}}
`);
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(runCli(home, 'up', '-f', 'policy', '--record', 'traffic.jsonl', ...ports));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  const client = new Client({ name: 'e2e', version: '1' });
  await client.connect(new SSEClientTransport(new URL(`http://127.0.0.1:${port}/sse`)));
  await client.callTool({ name: 'echo', arguments: { message: 'hello ada@sallyport.dev' } });
  await client.close();
  await up.close();
  const found = ['email'];
  expect(recorded(home)).toMatchObject([
    { call: 1, name: 'echo', outcome: 'accepted', arguments: { members: { message: { found } } } },
    { answered: 1, result: { blocks: ['text'], found } },
  ]);
});

it('over stdio, and in a list', { timeout: 60_000 }, async () => {
  const home = await prepared();
  const server = ['--', process.execPath, packageBin('@modelcontextprotocol/server-everything'), 'stdio'];
  const wrap = await use(runCli(home, 'wrap', '-f', 'policy', '--record', 'traffic.jsonl', ...server));
  const say = (message: object): void => void wrap.process.stdin.write(`${JSON.stringify(message)}\n`);
  const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } };
  say({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  await wrap.said(/"id":1/);
  say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const call = (id: number) => ({
    ...{ jsonrpc: '2.0', id, method: 'tools/call' },
    params: { name: 'echo', arguments: { message: 'hello' } },
  });
  say([call(2), call(3)]);
  await wrap.said(/"id":2/);
  await wrap.said(/"id":3/);
  await wrap.close();
  const one = { name: 'echo', outcome: 'answered', principal: { kind: 'local' }, result: { blocks: ['text'] } };
  expect(recorded(home)).toMatchObject([
    { call: 1, ...one },
    { call: 2, ...one },
  ]);
});
