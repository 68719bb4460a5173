/** `sallyport up` by TLS, with a Secret of the folder. */
import { mkdirSync } from 'node:fs';
import { Agent, fetch } from 'undici';
import { expect, it } from 'vitest';
import { testAuthority } from '../../sidecar/testing/certificates.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { runCli, Workspace } from '../support/cli.ts';
import { startFixture } from '../support/fixture-server.ts';
import { JSON_HEADERS, modernHeaders, modernRequest } from '../support/messages.ts';
import { rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterEach();

it('serves by the certificate of the folder, takes another one while it runs, and refuses plain HTTP', async () => {
  const home = await use(new Workspace());
  const fixture = await use(startFixture());
  const [authority, next] = [testAuthority(), testAuthority()];
  const secretOf = ({ issue }: typeof authority): string => {
    const { cert, key } = issue();
    const stringData = { 'tls.crt': cert, 'tls.key': key };
    return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'demo-tls' }, stringData });
  };
  mkdirSync(home.path('policy'));
  home.write(
    'policy/server.yaml',
    `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: demo}
spec:
  remote: {url: ${fixture.url}}
  access: {anonymous: true, tls: {secretName: demo-tls}}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec: {tools: [{names: ["*"], effect: Allow}]}
`,
  );
  home.write('policy/tls.yaml', secretOf(authority));
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports));
  const [, port] = await up.said(/https:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  const call = async (ca: string): Promise<number> => {
    const dispatcher = new Agent({ connect: { ca } });
    defer(() => dispatcher.destroy());
    const headers = Object.fromEntries(modernHeaders('tools/call', 'echo'));
    const body = modernRequest('tools/call', { name: 'echo', arguments: { text: 'hi' } });
    return (await fetch(`https://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body, dispatcher })).status;
  };
  expect(await call(authority.ca)).toBe(200);
  expect((await rawExchange(Number(port), { headers: JSON_HEADERS, body: '{}' })).status).toBe(400);
  home.write('policy/tls.yaml', secretOf(authority).replace('BEGIN PRIVATE', 'BEGIN'));
  await up.said(/the certificate was not taken; clients are shown the last good one: tls[.]key cannot be read/);
  expect(await call(authority.ca)).toBe(200);
  home.write('policy/tls.yaml', secretOf(next));
  await expect.poll(() => call(next.ca).catch(() => 0), { timeout: 10_000 }).toBe(200);
});
