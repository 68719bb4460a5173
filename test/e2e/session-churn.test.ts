/** A session for each call, ended by DELETE: what the gate in front of a server that takes its time to end a session says to that. */
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, childrenOf, runCli } from '../support/cli.ts';
import { INITIALIZE, legacyHeaders, messagesIn, JSON_HEADERS, request } from '../support/messages.ts';
import { rawExchange } from '../support/raw-http.ts';

/** More than there is room for, at once and in a row. */
const SESSIONS = 200;
const AT_ONCE = 8;

/** Answers all it is asked; two seconds after the end of its input, and two after SIGTERM, it still runs. */
const SLOW_TO_GO = `trap '' TERM
while read -r line; do
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
    *'"id"'*) result='{"content":[]}' ;;
    *) continue ;;
  esac
  id=\${line##*'"id":'}
  echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":\${id%%[,\\}]*},\\"result\\":$result}"
done
sleep 4`;

const { defer, use } = cleanupAfterEach();
let home: Workspace;
beforeEach(async () => {
  home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  home.write(
    'policy/rules.yaml',
    `apiVersion: sallyport.dev/v1alpha1\nkind: PolicyPack\nmetadata: {name: rules}\nspec:\n  tools: [{names: ["*"], effect: Allow}]\n`,
  );
});

async function startUp(server: object): Promise<{ up: CliProcess; port: number }> {
  const spec = JSON.stringify({ ...server, access: { anonymous: true } });
  home.write(
    'policy/server.yaml',
    `apiVersion: sallyport.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: s}\nspec: ${spec}\n`,
  );
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--port', '0', '--metrics-port', '0'));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  return { up, port: Number(port) };
}

/** What went otherwise than it should: empty when nothing did. */
async function oneSession(port: number): Promise<unknown[]> {
  const opened = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
  const session = opened.headers['mcp-session-id'];
  if (session === undefined) return [opened];
  const headers = legacyHeaders(session);
  const called = await rawExchange(port, { headers, body: request('tools/call', { name: 't', arguments: {} }) });
  const ended = await rawExchange(port, { method: 'DELETE', headers });
  const isAnswered = messagesIn(called.body).some((message) => 'result' in message);
  return [...(isAnswered ? [] : [called]), ...(ended.status === 200 ? [] : [ended])];
}

/** Many sessions, some at once; what went otherwise in any of them. */
async function churn(port: number, meanwhile: () => void = () => {}): Promise<unknown[]> {
  const wrong: unknown[] = [];
  let begun = 0;
  const client = async (): Promise<void> => {
    while (begun++ < SESSIONS) {
      wrong.push(...(await oneSession(port)));
      meanwhile();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return wrong;
}

it('a program that takes four seconds to go serves a session for each call, and its processes have a bound', async () => {
  const { up, port } = await startUp({ stdio: { command: ['sh', '-c', SLOW_TO_GO] } });
  let most = 0;
  const wrong = await churn(port, () => {
    most = Math.max(most, childrenOf(up.process.pid).length);
  });
  expect(wrong).toEqual([]);
  // They were not waited for, one by one, and they did not pile up.
  expect(most).toBeGreaterThan(AT_ONCE);
  expect(most).toBeLessThan(80);
}, 120_000);

it('a server behind a URL whose DELETE takes its time serves a session for each call', async () => {
  const server = http.createServer((incoming, response) => {
    incoming.setEncoding('utf8');
    let body = '';
    incoming.on('data', (chunk: string) => {
      body += chunk;
    });
    incoming.on('end', () => {
      if (incoming.method === 'DELETE') {
        setTimeout(() => response.writeHead(200).end(), 500);
        return;
      }
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      const result =
        method === 'initialize'
          ? { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } }
          : { content: [] };
      const session = method === 'initialize' ? { 'mcp-session-id': randomUUID() } : {};
      response.writeHead(200, { 'content-type': 'application/json', ...session });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const { port } = await startUp({ remote: { url } });
  expect(await churn(port)).toEqual([]);
}, 120_000);
