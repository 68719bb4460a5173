/** The gate alone is restarted; the server keeps running and knows the session. */
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, runCli } from '../support/cli.ts';
import { INITIALIZE, JSON_HEADERS, callTool, legacyHeaders } from '../support/messages.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();
let home: Workspace;
let opened: number;
/** The session that each initialize came with. */
let named: (string | string[] | undefined)[];
beforeEach(async () => {
  opened = 0;
  named = [];
  home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const { id, method } = JSON.parse(text || '{}') as { id?: number; method?: string };
      const session = request.headers['mcp-session-id'];
      const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 's', version: '1' } };
      const send = (status: number, message: object, headers = {}): void =>
        void response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(message));
      if (method === 'initialize') {
        named.push(session);
        send(200, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': `S${++opened}` });
      } else if (id === undefined) response.writeHead(202).end();
      else if (/^S\d$/.test(String(session))) send(200, { jsonrpc: '2.0', id, result: { content: [] } });
      else send(404, { jsonrpc: '2.0', id, error: { code: -32001, message: 'Session not found' } });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  defer(() => {
    server.closeAllConnections();
    server.close();
  });
  home.write(
    'policy/all.yaml',
    `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: s}
spec:
  remote: {url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp"}
  access: {anonymous: true}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: p}
spec: {tools: [{names: ["*"], effect: Allow}]}
`,
  );
});

async function start(): Promise<{ up: CliProcess; port: number }> {
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--port', '0', '--metrics-port', '0'));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  return { up, port: Number(port) };
}

async function open(port: number): Promise<string> {
  const { status, headers } = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
  expect(status).toBe(200);
  return String(headers['mcp-session-id']);
}

async function callIn(port: number, session: string, id: number): Promise<RawResponse> {
  return rawExchange(port, { headers: legacyHeaders(session), body: callTool('echo', {}, id) });
}

describe('a session', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('goes on when the gate ended by %s and is started again', async (signal) => {
    const first = await start();
    const session = await open(first.port);
    expect((await callIn(first.port, session, 2)).status).toBe(200);
    first.up.process.kill(signal);
    await first.up.exit();
    const second = await start();
    expect((await callIn(second.port, session, 3)).status).toBe(200);
    expect((await callIn(second.port, 'S9', 3)).status).toBe(404);
  });

  it('that an initialize names is an earlier one: the client gets a new one, and the name goes no further', async () => {
    const { port } = await start();
    for (const [old, expected] of [
      ['gone-long-ago', 'S1'],
      ['S1', 'S2'],
    ] as const) {
      const headers = legacyHeaders(old);
      const answer = await rawExchange(port, { headers, body: INITIALIZE });
      expect([answer.status, answer.headers['mcp-session-id']]).toEqual([200, expected]);
    }
    expect(named).toEqual([undefined, undefined]);
  });
});
