/** What of a server's OAuth is served, as clients ask for it; the flows with real clients are in test/e2e/oauth.test.ts. */
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { type RawRequest, rawBytes, rawExchange } from '../../../test/support/raw-http.ts';

const PROTECTED_RESOURCE = '/.well-known/oauth-protected-resource';
const ORIGIN = 'https://app.example.com';
const policy = policyOf(ALLOW_ALL, { authorization: 'Server', origins: [ORIGIN] });
const MIB = 1024 * 1024;

const { use } = cleanupAfterEach();
let server: http.Server;
let answer: (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void;
let asked: string[];
let gate: TestGate;
beforeEach(async () => {
  asked = [];
  answer = (_request, response) => response.end('{}');
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gate = await use(startGate({ upstream: own('/mcp'), policy, heldBytes: 32 * MIB }));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const own = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const ask = async (target: string, more: Partial<RawRequest> = {}) =>
  rawExchange(gate.port, { method: 'GET', target, ...more });
const lastReason = async (): Promise<string | undefined> => (await gate.decisions(1)).at(-1)?.decision.reason;
const everythingIsGivenBack = async (): Promise<void> => vi.waitFor(() => expect(gate.gate.bytes.used).toBe(0), 5_000);

describe('what is served', () => {
  it.each(['GET', 'HEAD'])('is metadata, by %s, without its query', async (method) => {
    const { status } = await fetch(new URL(`${PROTECTED_RESOURCE}/mcp?x=1`, gate.url), { method });
    expect([status, asked]).toEqual([200, [`${method} ${PROTECTED_RESOURCE}/mcp`]]);
    await everythingIsGivenBack();
  });

  it('is an endpoint, with its query and its form as they are', async () => {
    answer = (_request, response, body) => response.end(body);
    const { body } = await ask('/token?a=%2F', { method: 'POST', body: 'grant_type=x&code=%00' });
    expect([body, asked]).toEqual(['grant_type=x&code=%00', ['POST /token?a=%2F']]);
  });

  it('learns from metadata that went through where the endpoints are', async () => {
    answer = (_request, response) => response.end(JSON.stringify({ token_endpoint: own('/oauth/t') }));
    await ask('/.well-known/oauth-authorization-server');
    asked = [];
    expect((await ask('/oauth/t', { method: 'POST', body: 'x' })).status).toBe(200);
    expect(asked).toEqual(['POST /oauth/t']);
  });

  it('learns nothing from what an endpoint, or an error, says', async () => {
    const told = JSON.stringify({ token_endpoint: own('/oauth/t') });
    answer = ({ url = '' }, response) => {
      if (url.startsWith('/.well-known')) response.statusCode = 404;
      response.end(told);
    };
    expect((await ask('/token', { method: 'POST', body: 'x' })).body).toBe(told);
    expect((await ask(PROTECTED_RESOURCE)).body).toBe(told);
    expect((await ask('/oauth/t', { method: 'POST', body: 'x' })).status).toBe(404);
  });

  it('is nothing where the gate checks tokens itself', async () => {
    gate.setPolicy(policyOf(ALLOW_ALL));
    expect((await ask(PROTECTED_RESOURCE)).status).toBe(404);
    expect((await ask('/token', { method: 'POST', body: 'x' })).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it.each(['/MCP', '/mcp/', '//mcp', '/%6dcp', '/x/../mcp', `${PROTECTED_RESOURCE}/../../mcp`, '/mcp;x', '/mcp%00'])(
    'is never the MCP endpoint under another spelling: %s',
    async (target) => {
      answer = (_request, response) => response.end(JSON.stringify({ token_endpoint: own('/mcp') }));
      const { status } = await ask(target, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' });
      expect(status).toBe(404);
      expect(asked.filter((line) => !line.startsWith('GET /.well-known/'))).toEqual([]);
    },
  );
});

describe('a page', () => {
  it('of an allowed origin may read it, and asks first', async () => {
    const headers = [
      ['Origin', ORIGIN],
      ['Access-Control-Request-Method', 'POST'],
    ] as const;
    expect(await ask('/token', { method: 'OPTIONS', headers })).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': ORIGIN },
    });
    const got = await ask(PROTECTED_RESOURCE, { headers: [['Origin', ORIGIN]] });
    expect(got.headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(asked).toHaveLength(1);
  });

  it('of another origin asks in vain, whatever the server allows', async () => {
    const { status, headers } = await ask(PROTECTED_RESOURCE, { headers: [['Origin', 'https://evil.example']] });
    expect([status, headers['access-control-allow-origin'], asked]).toEqual([403, undefined, []]);
  });
});

describe('a question is refused, and the server hears nothing of it', () => {
  it.each<[string, string, Partial<RawRequest>, number, string]>([
    ['for metadata by POST', PROTECTED_RESOURCE, { method: 'POST', body: '{}' }, 405, 'method-not-allowed'],
    ['for an endpoint by PUT', '/token', { method: 'PUT', body: 'x' }, 405, 'method-not-allowed'],
    ['that is too large', '/token', { method: 'POST', body: 'x'.repeat(64 * 1024 + 1) }, 413, 'body-too-large'],
    [
      'too large in pieces',
      '/token',
      { method: 'POST', body: 'x'.repeat(70_000), chunked: 999 },
      413,
      'body-too-large',
    ],
    [
      'with two of a header',
      '/token',
      {
        headers: [
          ['Host', 'a'],
          ['Host', 'b'],
        ],
      },
      400,
      'duplicate-header',
    ],
    ['for another host', '/token', { headers: [['Host', 'evil.example']] }, 403, 'host-not-allowed'],
  ])('%s', async (_what, target, request, status, reason) => {
    const response = await ask(target, request);
    expect([response.status, await lastReason(), asked]).toEqual([status, reason, []]);
    await everythingIsGivenBack();
  });

  it('that is not sent to its end', async () => {
    const socket = connect(gate.port, '127.0.0.1');
    socket.write(rawBytes(gate.port, { target: '/token', headers: [['Content-Length', '9']], headOnly: true }));
    socket.write('half');
    await vi.waitFor(() => expect(gate.gate.bytes.used).toBeGreaterThan(0), 5_000);
    socket.destroy();
    await everythingIsGivenBack();
    expect(asked).toEqual([]);
  });

  it('once the gate drains', async () => {
    Object.assign(gate.gate, { draining: true });
    expect([(await ask(PROTECTED_RESOURCE)).status, await lastReason(), asked]).toEqual([503, 'draining', []]);
  });
});

it('the largest form that is taken is taken', async () => {
  answer = (_request, response, body) => response.end(String(body.length));
  expect((await ask('/token', { method: 'POST', body: 'x'.repeat(64 * 1024) })).body).toBe('65536');
});

it('whoever waits with a body is asked for it', async () => {
  const headers = [['Expect', '100-continue']] as const;
  expect((await ask('/token', { method: 'POST', headers, body: 'x' })).interim).toEqual([100]);
});

describe('a server', () => {
  it.each<[string, string, typeof answer, string]>([
    ['whose metadata is no object', PROTECTED_RESOURCE, (_, response) => response.end('[]'), 'upstream-invalid'],
    ['whose metadata is no JSON', PROTECTED_RESOURCE, (_, response) => response.end('<html>'), 'upstream-invalid'],
    ['that says too much', '/authorize', (_, response) => response.end('x'.repeat(300_000)), 'upstream-invalid'],
    ['that breaks off', '/authorize', (_, response) => response.destroy(), 'upstream-broken'],
  ])('%s fails this question and no other, and who runs the gate hears why', async (_what, target, how, reason) => {
    answer = how;
    expect([(await ask(target)).status, await lastReason()]).toEqual([502, reason]);
    await everythingIsGivenBack();
    answer = (_request, response) => response.end('{}');
    expect((await ask(target)).status).toBe(200);
  });

  it('that is gone is said to be', async () => {
    server.close();
    server.closeAllConnections();
    expect([(await ask(PROTECTED_RESOURCE)).status, await lastReason()]).toEqual([502, 'upstream-unreachable']);
  });
});

describe('questions that the server leaves open', () => {
  let open: (() => void)[];
  beforeEach(() => {
    open = [];
    answer = (_request, response) => void open.push(() => response.end('{}'));
  });
  const form = (): Buffer => rawBytes(gate.port, { target: '/token', body: 'x'.repeat(60_000) });

  it('are held for one address only so far, also when whoever asked them has left', async () => {
    for (let i = 0; i < 40; i++) {
      const socket = connect(gate.port, '127.0.0.1').on('error', () => {});
      socket.write(form());
      const before = gate.gate.bytes.used;
      await vi.waitFor(() => expect(gate.gate.bytes.used > before || i >= 32).toBe(true), 5_000);
      socket.destroy();
      if (i >= 32) break;
    }
    await vi.waitFor(() => expect(open.length).toBeGreaterThan(0), 5_000);
    const refused = await ask('/token', { method: 'POST', body: 'x' });
    expect([refused.status, await lastReason()]).toEqual([503, 'no-room']);
    expect(refused.headers['retry-after']).toBe('2');
  });

  it('take up their room until the server has answered', async () => {
    const socket = connect(gate.port, '127.0.0.1').on('error', () => {});
    socket.write(form());
    await vi.waitFor(() => expect(open).toHaveLength(1), 5_000);
    const held = gate.gate.bytes.used;
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([held > 0, gate.gate.bytes.used]).toEqual([true, held]);
    for (const end of open) end();
    await everythingIsGivenBack();
  });
});
