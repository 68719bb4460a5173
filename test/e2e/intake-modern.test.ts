/** 2026-07-28 repeats parts of the body in headers; where the two disagree, nobody can say which one the server believes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  ENVELOPE,
  INITIALIZE,
  JSON_HEADERS,
  MODERN,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { type RawRequest, rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url }));
});

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;
const call = (name = 'echo'): string => modernRequest('tools/call', { name, arguments: {} });
const read = (uri: string): string => modernRequest('resources/read', { uri });
const without = (key: string): string =>
  request('tools/list', { _meta: Object.fromEntries(Object.entries(ENVELOPE).filter(([name]) => name !== key)) });
const claiming = (version: unknown): string =>
  request('tools/list', { _meta: { ...ENVELOPE, [VERSION_KEY]: version } });

describe('headers that disagree with the body', { tags: ['one-reading'] }, () => {
  it.each<[name: string, request: RawRequest, says: RegExp]>([
    [
      'another method',
      { headers: modernHeaders('tools/list'), body: call() },
      /names method "tools\/call", the Mcp-Method header "tools\/list"/,
    ],
    [
      'no method',
      { headers: [...JSON_HEADERS, ['MCP-Protocol-Version', MODERN]], body: call() },
      /Mcp-Method header is missing/,
    ],
    [
      'another tool',
      { headers: modernHeaders('tools/call', 'danger'), body: call() },
      /params.name "echo", the Mcp-Name header "danger"/,
    ],
    ['no tool', { headers: modernHeaders('tools/call'), body: call() }, /Mcp-Name header is missing/],
    ['another tool in base64', { headers: modernHeaders('tools/call', base64('danger')), body: call() }, /"danger"/],
    [
      'sloppy base64',
      { headers: modernHeaders('tools/call', '=?base64?ZWN obw==?='), body: call() },
      /not valid =\?base64\?/,
    ],
    [
      'base64 that is no UTF-8',
      { headers: modernHeaders('tools/call', '=?base64?/w==?='), body: call() },
      /not valid =\?base64\?/,
    ],
    [
      'another prompt',
      { headers: modernHeaders('prompts/get', 'leak'), body: modernRequest('prompts/get', { name: 'greet' }) },
      /Mcp-Name header "leak"/,
    ],
    ['another URI', { headers: modernHeaders('resources/read', 'file:///a'), body: read('file:///b') }, /params.uri/],
    [
      'no version',
      { headers: [...JSON_HEADERS, ['Mcp-Method', 'tools/list']], body: modernRequest('tools/list') },
      /MCP-Protocol-Version header is missing/,
    ],
    [
      'a legacy version',
      { headers: modernHeaders('tools/list', undefined, '2025-11-25'), body: modernRequest('tools/list') },
      /2025-11-25/,
    ],
    ['initialize under a modern header', { headers: modernHeaders('initialize'), body: INITIALIZE }, /no handshake/],
  ])('%s', async (_name, row, says) => {
    await expectRefused(gate, fixture, row, { status: 400, code: -32020, says, reason: 'header-mismatch' });
  });

  it('accepts a name that needs base64, and the same name plain', async () => {
    for (const name of ['echo', base64('echo')]) {
      const { status } = await rawExchange(gate.port, { headers: modernHeaders('tools/call', name), body: call() });
      expect(status).toBe(200);
    }
  });
});

describe('an envelope with parts missing', () => {
  it.each<[name: string, body: string, says: RegExp]>([
    ['no _meta', request('tools/list'), /params\._meta lacks/],
    ['no version in _meta', without(VERSION_KEY), /protocolVersion/],
    ['no capabilities in _meta', without(CAPABILITIES_KEY), /clientCapabilities/],
    ['a number as version', claiming(20260728), /must be a string/],
    ['a posted response', '{"jsonrpc":"2.0","id":1,"result":{}}', /do not post responses/],
  ])('%s', async (_name, body, says) => {
    const expected = { status: 400, code: -32602, says, reason: 'bad-envelope' };
    await expectRefused(gate, fixture, { headers: modernHeaders('tools/list'), body }, expected);
  });
});

describe('a version that is not spoken', () => {
  it.each(['2099-01-01', '2025-11-25', '2026-07-27', 'draft'])('%s in header and envelope: -32022', async (version) => {
    const row = { headers: modernHeaders('tools/list', undefined, version), body: claiming(version) };
    const expected = { status: 400, code: -32022, says: version, reason: 'unsupported-protocol-version' };
    const { body } = await expectRefused(gate, fixture, row, expected);
    expect(JSON.parse(body)).toMatchObject({ error: { data: { supported: [MODERN], requested: version } } });
  });

  it('a legacy one in the header alone: -32000 with the versions that are', async () => {
    const headers: [string, string][] = [...JSON_HEADERS, ['MCP-Protocol-Version', '1999-01-01']];
    const expected = {
      status: 400,
      code: -32000,
      says: /2025-11-25, 2025-06-18/,
      reason: 'unsupported-legacy-version',
    };
    await expectRefused(gate, fixture, { headers, body: request('tools/list') }, expected);
  });
});

it('answers an unknown method with 404 and -32601', async () => {
  const row = { headers: modernHeaders('interceptors/list'), body: modernRequest('interceptors/list') };
  const expected = { status: 404, code: -32601, says: /interceptors\/list/, reason: 'unknown-method' };
  await expectRefused(gate, fixture, row, expected);
});

it.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe'])('knows no %s any more', async (method) => {
  const row = { headers: modernHeaders(method), body: modernRequest(method, { uri: 'x' }) };
  const expected = { status: 404, code: -32601, says: method, reason: 'unknown-method' };
  await expectRefused(gate, fixture, row, expected);
});
