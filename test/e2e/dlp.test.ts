/** What is found in arguments and results, through the running gate: official clients over HTTP+SSE and Streamable HTTP, and a pipe. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { mkdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { randomOf, sample } from '../../core/inspect/secrets/testing/sample.ts';
import { Workspace, runCli } from '../support/cli.ts';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, requestInit, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { packageBin } from '../support/package-bin.ts';
import { type PackSpec, policyOf } from '../support/policy.ts';

const all = cleanupAfterAll();
const { use } = cleanupAfterEach();
const sse = all.use(startEverything('sse'));
const streamable = all.use(startEverything('streamableHttp'));
const ADA = 'token-of-ada';
const AWS = sample('AKIA[A-Z2-7]{16}', randomOf(Date.now()));
const CARD = '4111 1111 1111 1111';
const RULES: PackSpec = {
  tools: [{ names: ['*'], effect: 'Allow' }],
  dlp: [
    { name: 'keys', detect: ['secrets'], in: ['results'], effect: 'Redact' },
    { name: 'cards', detect: ['creditCard'], in: ['arguments'], effect: 'Deny', reason: 'cards stay in the vault' },
    { detect: ['iban'], in: ['arguments'], effect: 'Redact' },
  ],
};

describe.each([
  ['HTTP+SSE', sse],
  ['Streamable HTTP', streamable],
])('over %s', (transport, server) => {
  let gate: TestGate;
  let client: Client;
  beforeEach(async () => {
    const { url } = await server;
    gate = await use(startGate({ upstream: url, policy: policyOf(RULES, {}), clients: { ada: ADA } }));
    if (transport === 'HTTP+SSE') {
      client = new Client({ name: 'e2e', version: '1' });
      await client.connect(new SSEClientTransport(new URL(gate.url), { requestInit: requestInit(ADA) }));
      await use(client);
    } else client = await use(connectV1(gate.url, ADA));
  });

  it('a key in a result arrives redacted', { tags: ['dlp'] }, async () => {
    const result = await client.callTool({ name: 'echo', arguments: { message: `the key is ${AWS}` } });
    expect(textOf(result)).toBe('Echo: the key is [redacted: aws-access-token-1]');
  });

  it('a card number in an argument is denied, and why is told', { tags: ['dlp'] }, async () => {
    const refused = await client.callTool({ name: 'echo', arguments: { message: CARD } });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/creditCard.*cards stay in the vault.*finance\/rules#cards/);
    expect(textOf(refused)).not.toContain(CARD);
  });

  it('an account number is not what the server gets', { tags: ['dlp'] }, async () => {
    const result = await client.callTool({ name: 'echo', arguments: { message: 'to DE89 3704 0044 0532 0130 00!' } });
    expect(textOf(result)).toBe('Echo: to [redacted: iban-1]!');
  });
});

it('over a pipe, a key in a result arrives redacted, and the record says so without it', async () => {
  const home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  const command = JSON.stringify([process.execPath, packageBin('@modelcontextprotocol/server-everything')]);
  const api = 'apiVersion: sallyport.dev/v1alpha1';
  home.write(
    'policy/all.yaml',
    `${api}
kind: PolicyPack
metadata: {name: rules}
spec: ${JSON.stringify(RULES)}
---
${api}
kind: MCPServer
metadata: {name: demo}
spec:
  stdio: {command: ${command}}
  access: {anonymous: true}
`,
  );
  const ports = ['--port', '0', '--metrics-port', '0'];
  const up = await use(runCli(home, 'up', '-f', home.path('policy'), '--audit', home.path('audit.jsonl'), ...ports));
  const [, port] = await up.said(/http:\/\/127\.0\.0\.1:(\d+)\/mcp/);
  const client = await use(connectV1(`http://127.0.0.1:${port}/mcp`));
  const result = await client.callTool({ name: 'echo', arguments: { message: `key ${AWS}` } });
  expect(textOf(result)).toBe('Echo: key [redacted: aws-access-token-1]');
  const line = await eventually('it is on record', () =>
    readFileSync(home.path('audit.jsonl'), 'utf8')
      .split('\n')
      .find((one) => one.includes('"tool":"echo"')),
  );
  expect(JSON.parse(line)).toMatchObject({
    decision: { answer: { effect: 'Redact', redacted: { 'aws-access-token': 1 } } },
  });
  expect(line).not.toContain(AWS);
});
