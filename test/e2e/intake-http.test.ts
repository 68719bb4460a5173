/** What a refusal of the head says, and what is served all the same; strictness.test.ts has every way to get a head wrong. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { INITIALIZE, JSON_HEADERS, callTool } from '../support/messages.ts';
import { policyOf } from '../support/policy.ts';
import { type RawRequest, rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  const access = { anonymous: true, hosts: ['mcp.example.com'], origins: ['https://app.example.com'] };
  const policy = policyOf({ tools: [{ names: ['*'], effect: 'Allow' }], limits: { body: '4Ki' } }, access);
  gate = await use(startGate({ upstream: fixture.url, policy }));
});

const CALL = callTool('echo');
const HUGE = callTool('echo', { text: 'x'.repeat(3_000_000) });
type Header = [string, string];
const typed = (type: string): Header[] => [['Content-Type', type]];

describe('the body as announced', () => {
  it.each<[name: string, request: RawRequest, status: number, code: number | 'result', reason: string, says: RegExp]>([
    ['no content type', { headers: [], body: CALL }, 415, -32000, 'unsupported-content-type', /send application\/json/],
    [
      'a form',
      { headers: typed('application/x-www-form-urlencoded'), body: CALL },
      415,
      -32000,
      'unsupported-content-type',
      /application\/json/,
    ],
    [
      'JSON-RPC by another name',
      { headers: typed('application/json-rpc'), body: CALL },
      415,
      -32000,
      'unsupported-content-type',
      /application\/json/,
    ],
    [
      'a quoted charset',
      { headers: typed('application/json; charset="ISO-8859-1"'), body: CALL },
      415,
      -32000,
      'unsupported-charset',
      /send UTF-8/,
    ],
    [
      'a charset in the notation of RFC 2231',
      { headers: typed('application/json; charset*=utf-16le'), body: CALL },
      415,
      -32000,
      'unsupported-charset',
      /send UTF-8/,
    ],
    [
      'gzip',
      { headers: [...JSON_HEADERS, ['Content-Encoding', 'gzip']], body: gzipSync(CALL) },
      415,
      -32000,
      'unsupported-encoding',
      /uncompressed/,
    ],
    [
      'an unknown encoding',
      { headers: [...JSON_HEADERS, ['Content-Encoding', 'x']], body: CALL },
      415,
      -32000,
      'unsupported-encoding',
      /uncompressed/,
    ],
    [
      'far too long by its content-length',
      { headers: JSON_HEADERS, body: HUGE },
      200,
      'result',
      'body-too-large',
      /at most 4096 bytes/,
    ],
    [
      'far too long in chunks',
      { headers: JSON_HEADERS, body: HUGE, chunked: 60_000 },
      200,
      'result',
      'body-too-large',
      /at most 4096 bytes/,
    ],
    [
      'another expectation',
      { headers: [...JSON_HEADERS, ['Expect', 'magic']], body: CALL },
      417,
      -32000,
      'expectation-failed',
      /Expectation/,
    ],
  ])('%s', async (_name, request, status, code, reason, says) => {
    await expectRefused(gate, fixture, request, { status, code, says, reason });
  });

  it('never asks for a body that is announced as too long', async () => {
    const headers: Header[] = [...JSON_HEADERS, ['Expect', '100-continue'], ['Content-Length', '5000']];
    const expected = { status: 413, code: -32600, says: /at most 4096 bytes/, reason: 'body-too-large' };
    const { interim } = await expectRefused(gate, fixture, { headers, headOnly: true }, expected);
    expect(interim).toEqual([]);
  });

  it('asks for a body of the right size and serves it', async () => {
    const headers: Header[] = [...JSON_HEADERS, ['Expect', '100-continue']];
    const { status, interim } = await rawExchange(gate.port, { headers, body: INITIALIZE });
    expect({ status, interim }).toEqual({ status: 200, interim: [100] });
  });
});

describe('the request line and where it came from', () => {
  const post = (over: RawRequest): RawRequest => ({ headers: JSON_HEADERS, body: CALL, ...over });
  it.each<[name: string, request: RawRequest, status: number, code: number, reason: string, says: RegExp]>([
    ['another path', post({ target: '/other' }), 404, -32000, 'not-found', /the MCP endpoint is \/mcp/],
    ['an absolute target', post({ target: 'http://127.0.0.1/mcp' }), 400, -32600, 'bad-target', /plain path/],
    [
      'a foreign Host',
      post({ headers: [['Host', 'evil.example.com'], ...JSON_HEADERS] }),
      403,
      -32000,
      'host-not-allowed',
      /spec.access.hosts/,
    ],
    [
      'a Host that starts like ours',
      post({ headers: [['Host', '127.0.0.1.evil.com'], ...JSON_HEADERS] }),
      403,
      -32000,
      'host-not-allowed',
      /spec.access.hosts/,
    ],
    [
      'a foreign Origin',
      post({ headers: [...JSON_HEADERS, ['Origin', 'https://evil.example.com']] }),
      403,
      -32000,
      'origin-not-allowed',
      /spec.access.origins/,
    ],
    [
      'the Origin null',
      post({ headers: [...JSON_HEADERS, ['Origin', 'null']] }),
      403,
      -32000,
      'origin-not-allowed',
      /"null" is a page without an address, which spec.access.origins cannot name/,
    ],
    [
      'the Origin of a file',
      post({ headers: [...JSON_HEADERS, ['Origin', 'file://']] }),
      403,
      -32000,
      'origin-not-allowed',
      /"file:\/\/" is a page without an address/,
    ],
    [
      'a Host that no policy can name',
      post({ headers: [['Host', 'a_b.example.com'], ...JSON_HEADERS] }),
      403,
      -32000,
      'host-not-allowed',
      /is no name that spec.access.hosts can hold/,
    ],
    [
      'our own address as Origin',
      post({ headers: [...JSON_HEADERS, ['Origin', 'http://127.0.0.1']] }),
      403,
      -32000,
      'origin-not-allowed',
      /spec.access.origins/,
    ],
    ['OPTIONS', post({ method: 'OPTIONS' }), 405, -32000, 'method-not-allowed', /POST, GET or DELETE/],
    ['PATCH', post({ method: 'PATCH' }), 405, -32000, 'method-not-allowed', /POST, GET or DELETE/],
  ])('%s', async (_name, request, status, code, reason, says) => {
    const response = await expectRefused(gate, fixture, request, { status, code, says, reason });
    if (status === 405) expect(response.headers['allow']).toBe('POST, GET, DELETE');
  });

  it.each<[name: string, header: Header, again: Header]>([
    ['Mcp-Session-Id', ['Mcp-Session-Id', 'a'], ['mcp-session-id', 'b']],
    ['MCP-Protocol-Version', ['MCP-Protocol-Version', '2025-11-25'], ['Mcp-Protocol-Version', '2026-07-28']],
    ['Mcp-Name', ['Mcp-Name', 'echo'], ['Mcp-Name', 'danger']],
    ['Mcp-Param-Region', ['Mcp-Param-Region', 'eu'], ['Mcp-Param-Region', 'us']],
    ['Authorization', ['Authorization', 'Bearer a'], ['Authorization', 'Bearer b']],
    ['Content-Type', ['X-Other', ''], ['Content-Type', 'text/plain']],
    ['Origin', ['Origin', 'https://app.example.com'], ['Origin', 'https://evil.example.com']],
    ['Last-Event-ID', ['Last-Event-ID', '1'], ['Last-Event-ID', '2']],
    ['traceparent', ['traceparent', '00'], ['traceparent', '01']],
  ])('two headers %s', { tags: ['one-reading'] }, async (_name, header, again) => {
    const request = { headers: [...JSON_HEADERS, header, again], body: CALL };
    const expected = { status: 400, code: -32600, says: /stands twice/, reason: 'duplicate-header' };
    await expectRefused(gate, fixture, request, expected);
  });

  it.each<[name: string, headers: Header[]]>([
    ['a Host of the list', [['Host', 'mcp.example.com'], ...JSON_HEADERS]],
    ['a Host of the list, with a port', [['Host', 'MCP.example.com:8080'], ...JSON_HEADERS]],
    ['localhost', [['Host', 'localhost:1234'], ...JSON_HEADERS]],
    ['an Origin of the list', [...JSON_HEADERS, ['Origin', 'https://app.example.com']]],
    [
      'UTF-8 said aloud',
      [
        ['Content-Type', 'Application/JSON; charset="UTF-8"'],
        ['Accept', '*/*, application/json, text/event-stream'],
      ],
    ],
    ['identity encoding', [...JSON_HEADERS, ['Content-Encoding', 'identity']]],
  ])('serves %s', async (_name, headers) => {
    const { status } = await rawExchange(gate.port, { headers, body: INITIALIZE });
    expect(status).toBe(200);
  });
});

it("an allowed page reaches a server that takes pages of its own machine alone: from where it comes is the gate's to check", async () => {
  const headers: Header[] = [...JSON_HEADERS, ['Origin', 'https://app.example.com'], ['Sec-Fetch-Site', 'cross-site']];
  const before = fixture.seen.length;
  expect((await rawExchange(gate.port, { headers, body: INITIALIZE })).status).toBe(200);
  const [seen] = fixture.seen.slice(before);
  expect(Object.keys(seen?.headers ?? {})).toContain('accept');
  expect(Object.keys(seen?.headers ?? {}).filter((name) => /^(origin|sec-)/.test(name))).toEqual([]);
});

it('opens no tunnel', async () => {
  const expected = { status: 405, code: -32000, says: /POST, GET or DELETE/, reason: 'method-not-allowed' };
  await expectRefused(gate, fixture, { method: 'CONNECT', target: 'example.com:443', headers: [] }, expected);
});

it.concurrent.each<[name: string, bytes: string]>([
  ['headers that do not end', `POST /mcp HTTP/1.1\r\nHost: localhost\r\n`],
  ['headers that come drop by drop', 'drip'],
  ['a connection that says nothing', ''],
])('%s: over after ten seconds, and not long after', async (_name, bytes) => {
  const socket = connect(gate.port, '127.0.0.1');
  const began = performance.now();
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  if (bytes !== '') socket.write(bytes === 'drip' ? `POST /mcp HTTP/1.1\r\n` : bytes);
  const drip = setInterval(() => bytes === 'drip' && socket.write('X-A: b\r\n'), 1_000);
  socket.on('error', () => {});
  await once(socket, 'close');
  clearInterval(drip);
  expect(performance.now() - began).toBeGreaterThan(9_500);
  expect(performance.now() - began).toBeLessThan(11_500);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});
