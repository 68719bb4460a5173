/** What is found in arguments and results, through the running gate: official clients over HTTP+SSE and Streamable HTTP, and a pipe. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { randomOf, sample } from '../../core/inspect/secrets/testing/sample.ts';
import { cleanupAfterAll, cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, requestInit, textOf } from '../support/clients.ts';
import { startEverything } from '../support/everything.ts';
import { type TestGate, startGate } from '../support/gate.ts';
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

  it('a key in a result arrives redacted', async () => {
    const result = await client.callTool({ name: 'echo', arguments: { message: `the key is ${AWS}` } });
    expect(textOf(result)).toBe('Echo: the key is [redacted: aws-access-token-1]');
  });

  it('a card number in an argument is denied, and why is told', async () => {
    const refused = await client.callTool({ name: 'echo', arguments: { message: CARD } });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/creditCard.*cards stay in the vault.*finance\/rules#cards/);
    expect(textOf(refused)).not.toContain(CARD);
  });

  it('an account number is not what the server gets', async () => {
    const result = await client.callTool({ name: 'echo', arguments: { message: 'to DE89 3704 0044 0532 0130 00!' } });
    expect(textOf(result)).toBe('Echo: to [redacted: iban-1]!');
  });
});
