/** How large arguments may be holds on every way in, and limits in shadow are on record and nothing else. */
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { startEverything } from '../support/everything.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, legacyHeaders, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { openSession, post } from '../support/session.ts';
import { startWrapped } from '../support/wrapped.ts';

const { defer, use } = cleanupAfterEach();

const RULES: PackSpec = {
  ...ALLOW_ALL,
  arguments: { limits: { maxDepth: 3, maxLength: 20, maxItems: 3, maxProperties: 3, maxSize: '100' } },
};
const GOOD = { message: 'hi', rows: [1, 2, 3] };
const BAD = { message: 'hi', rows: [1, 2, 3, 4] };
const SAYS = 'argument "rows": The list has 4 items, at most 3 are allowed. Split the call.';
const FOUND = { detector: 'limits', pointer: '/rows', reason: 'list-too-long', rule: 'finance/rules#arguments.limits' };

describe('over HTTP', { tags: ['size-limits'] }, () => {
  let fixture: FixtureServer;
  let gate: TestGate;
  beforeEach(async () => {
    fixture = await use(startFixture());
    gate = await use(startGate({ upstream: fixture.url, policy: policyOf(RULES) }));
  });

  const modern = async (name: string, args: object, method = 'tools/call'): Promise<string> => {
    const body = modernRequest(method, { name, arguments: args });
    return (await rawExchange(gate.port, { headers: modernHeaders(method, name), body })).body;
  };

  it('a call is refused, in words that say which limit and where, and counted', async () => {
    expect(await modern('echo', BAD)).toContain(JSON.stringify(SAYS).slice(1, -1));
    expect(await modern('echo', GOOD)).not.toContain('Refused');
    expect(fixture.executed).toEqual(['echo']);
    const [refused, passed] = await gate.decisions(2);
    expect(refused?.decision).toMatchObject({ effect: 'Deny', reason: 'denied', findings: [FOUND] });
    expect(passed?.decision).not.toHaveProperty('findings');
    expect(await gate.gate.metrics.registry.metrics()).toContain(
      'sallyport_findings_total{server="finance/ledger",detector="limits",mode="Enforce"} 1',
    );
  });

  it.each([
    ['depth', { a: { b: { c: {} } } }, 'nested deeper than 3 levels'],
    ['texts', { a: 'x'.repeat(21) }, 'The text has 21 characters, at most 20'],
    ['objects', { a: { b: 1, c: 2, d: 3, e: 4 } }, 'The object has 4 keys, at most 3'],
    ['all of it', { a: Array.from({ length: 3 }, () => 'x'.repeat(20)), b: 'x'.repeat(20), c: 1e10 }, 'bytes together'],
  ])('so is one beyond the limit on %s', async (_, args, words) => {
    expect(await modern('echo', args)).toContain(words);
    expect(fixture.executed).toEqual([]);
  });

  it('so is what a prompt is asked for with', async () => {
    expect(await modern('greet', { name: 'x'.repeat(21) }, 'prompts/get')).toContain('The text has 21 characters');
  });

  it('so is a call in a session', async () => {
    const { body } = await post(gate, legacyHeaders(await openSession(gate)), callTool('echo', BAD));
    expect(body).toContain('The list has 4 items');
    expect(fixture.executed).toEqual([]);
  });

  it('so is a message of a list, and the others of it are not', async () => {
    const handshake = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const opened = await rawExchange(gate.port, { headers: JSON_HEADERS, body: request('initialize', handshake) });
    const session = opened.headers['mcp-session-id'] ?? expect.fail('no session');
    const body = `[${callTool('echo', BAD, 1)},${callTool('echo', GOOD, 2)}]`;
    const answer = await rawExchange(gate.port, { headers: [...JSON_HEADERS, ['Mcp-Session-Id', session]], body });
    expect(answer.body.match(/The list has 4 items/g)).toHaveLength(1);
    expect(fixture.executed).toEqual(['echo']);
  });

  it('in shadow it passes, and what would have been is on record', async () => {
    gate.setPolicy(policyOf({ ...ALLOW_ALL, arguments: { limits: { maxItems: 3, mode: 'Shadow' } } }));
    expect(await modern('echo', BAD)).not.toContain('Refused');
    const [passed] = await gate.decisions(1);
    expect(passed?.decision).toMatchObject({ effect: 'Allow', wouldEffect: 'Deny', wouldFindings: [FOUND] });
  });
});

it('over HTTP+SSE as well', async () => {
  const { url } = await use(startEverything('sse'));
  const gate = await use(startGate({ upstream: url, policy: policyOf(RULES) }));
  const client = new OlderClient({ name: 'e2e', version: '1' });
  await client.connect(new SSEClientTransport(new URL(gate.url)));
  defer(() => client.close());
  const refused = await client.callTool({ name: 'echo', arguments: BAD });
  expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining(SAYS)]);
  expect(textOf(await client.callTool({ name: 'echo', arguments: GOOD }))).toBe('Echo: hi');
});

it('over stdio as well', async () => {
  const { client, firstFinding } = await use(startWrapped(RULES));
  expect(textOf(await client.callTool({ name: 'echo', arguments: BAD }))).toContain(SAYS);
  expect(textOf(await client.callTool({ name: 'echo', arguments: GOOD }))).not.toContain('Refused');
  expect(await firstFinding()).toEqual({ ...FOUND, rule: 'default/rules#arguments.limits' });
});
