/** `sallyport up` before a server that lets nobody in without a client certificate. */
import { mkdirSync, readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { beforeEach, expect, it } from 'vitest';
import { TestAuthority } from '../../core/x509/testing/test-authority.ts';
import { testAuthority } from '../../sidecar/testing/certificates.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { runCli, Workspace } from '../support/cli.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();
const [clients, others, servers] = [TestAuthority.root(), TestAuthority.root(), testAuthority()];

/** Common names of whoever came. */
let seen: string[];
let url: string;
beforeEach(async () => {
  seen = [];
  const options = { ...servers.issue(), ca: clients.ca, requestCert: true, rejectUnauthorized: true };
  const server = https.createServer(options, (request, response) => {
    seen.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { id } = JSON.parse(Buffer.concat(chunks).toString()) as { id: unknown };
      const result = { resultType: 'complete', content: [{ type: 'text', text: 'hi' }] };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  defer(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
});

const policy = (upstream: string): string => `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: demo}
spec:
  remote: {url: ${url}}
  access: {anonymous: true}
${upstream}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec: {tools: [{names: ["*"], effect: Allow}]}
`;
const SHOWN = '  upstream: {clientCertificate: {secretName: demo-client}}';

function secretOf({ cert, key }: { cert: string; key: string }, ca = servers.ca): string {
  const metadata = { name: 'demo-client', labels: { 'sallyport.dev/upstream-credentials': 'true' } };
  const stringData = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData });
}

async function start(upstream: string, secret: string) {
  const home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  home.write('policy/server.yaml', policy(upstream));
  home.write('policy/client.yaml', secret);
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  const call = (): Promise<RawResponse> =>
    rawExchange(Number(port), {
      headers: modernHeaders('tools/call', 'echo'),
      body: modernRequest('tools/call', { name: 'echo', arguments: { text: 'hi' } }),
    });
  return { home, up, call };
}

it('shows it, and another one from the next call on; what does not fit sends nothing, and its key is said nowhere', async () => {
  const [first, second] = [clients.issue({ subject: 'first' }), clients.issue({ subject: 'second' })];
  const { home, up, call } = await start(SHOWN, secretOf(first));
  expect((await call()).body).toContain('"hi"');
  home.write('policy/client.yaml', secretOf(second));
  await expect.poll(async () => (await call(), seen.at(-1)), { timeout: 10_000 }).toBe('second');
  const served = seen.length;
  home.write('policy/client.yaml', secretOf({ cert: second.cert, key: first.key }));
  await expect.poll(async () => (await call()).body, { timeout: 10_000 }).toContain('-31028');
  await up.said(
    /nothing is sent to the server for want of the client certificate: tls[.]key does not belong to tls[.]crt/,
  );
  const after = seen.length;
  expect((await call()).status).toBe(503);
  expect(seen).toHaveLength(after);
  expect(after).toBeGreaterThanOrEqual(served);
  home.write('policy/client.yaml', secretOf(first));
  await expect.poll(async () => (await call()).body, { timeout: 10_000 }).toContain('"hi"');
  expect(seen.at(-1)).toBe('first');
  const all = [...up.out, ...up.err, readFileSync(home.path('audit.jsonl'), 'utf8')].join('\n');
  for (const { key } of [first, second]) expect(all).not.toContain(key.split('\n')[1]);
});

it.each([
  ['none is shown', '', () => secretOf(clients.issue())],
  ['it is of another authority', SHOWN, () => secretOf(others.issue())],
  ['the server is of another one than ca.crt', SHOWN, () => secretOf(clients.issue(), others.ca)],
])('nothing reaches the server where %s', async (_what, upstream, secret) => {
  const { call } = await start(upstream, secret());
  const { status, body } = await call();
  expect(status).toBeGreaterThanOrEqual(500);
  // In TLS 1.3 a server refuses when the client has begun to speak (RFC 8446 §4.4.2.4).
  expect(body).toMatch(/The MCP server (cannot be reached|broke off)|-3102[01]/);
  expect(seen).toEqual([]);
});
