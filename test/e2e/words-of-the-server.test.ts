/** What a server says when it refuses reaches the client, the log and whoever runs the gate: in its own words, wherever it says them. */
import { mkdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { Workspace, runCli } from '../support/cli.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
} from '../support/messages.ts';
import { type MisbehavingServer, startMisbehaving } from '../support/misbehaving-server.ts';
import { freePort } from '../support/ports.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();
let server: MisbehavingServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startMisbehaving());
  gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, { anonymous: true }) }));
});

const NOT_ACCEPTABLE = 'Not Acceptable: Client must accept both application/json and text/event-stream';
/** As the official Python SDK says it. */
const fromPython = (status: number, message: string) => (response: ServerResponse) =>
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id: 'server-error', error: { code: -32600, message } }));

describe.each([
  ['legacy', { headers: JSON_HEADERS, body: INITIALIZE }],
  ['modern', { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') }],
])('to a call of the %s era', (_era, request) => {
  it.each<[name: string, answer: (response: ServerResponse) => void, status: number, says: string]>([
    ['an error under an id of its own', fromPython(406, NOT_ACCEPTABLE), 406, NOT_ACCEPTABLE],
    ['a session that is over', fromPython(404, 'Session has been terminated'), 404, 'Session has been terminated'],
    [
      'plain text',
      (r) => r.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end('Invalid Origin header'),
      403,
      'Invalid Origin header',
    ],
    [
      'an object of a framework',
      (r) => r.writeHead(422, { 'content-type': 'application/json' }).end('{"detail":"Bad \\"shape\\""}'),
      422,
      'Bad "shape"',
    ],
  ])(
    '%s: its status, its sentence under the id of the call, and both on record',
    async (_name, answer, status, says) => {
      server.answer(answer);
      const response = await rawExchange(gate.port, request);
      expect(response.status).toBe(status);
      const message: unknown = expect.stringContaining(
        `The MCP server refused the call: HTTP ${status}: ${says}. On the server's side: `,
      );
      expect(messagesIn(response.body)).toMatchObject([{ id: 1, error: { code: -31023, message } }]);
      const [line] = await gate.decisions(1);
      expect(line).toMatchObject({
        outcome: 'upstream-error',
        decision: { reason: 'upstream-refused', detail: message },
      });
    },
  );
});

it.each([
  ['GET', undefined],
  ['POST', '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
])('to a %s that has no answer of its own, too', async (method, body) => {
  server.answer(fromPython(400, 'Bad Request: Missing session ID'));
  const response = await rawExchange(gate.port, { method, headers: legacyHeaders(), body });
  expect(response.status).toBe(400);
  expect(response.body).toContain('Bad Request: Missing session ID');
});

it('an error of its own with the id of the call is passed on as it is', async () => {
  const body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no such method"}}';
  server.answer((response) => response.writeHead(404, { 'content-type': 'application/json' }).end(body));
  const response = await rawExchange(gate.port, { headers: JSON_HEADERS, body: INITIALIZE });
  expect({ status: response.status, body: response.body }).toEqual({ status: 404, body });
});

it('a redirect is told with its target, but not with what it carries', async () => {
  server.answer((response) => response.writeHead(307, { location: '/mcp/?state=secret' }).end());
  const { body } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: INITIALIZE });
  expect(body).toContain('it redirects (HTTP 307) to /mcp/; give its final URL');
  const [line] = await gate.decisions(1);
  expect(line?.decision).toMatchObject({ detail: expect.stringContaining('HTTP 307) to /mcp/;') as unknown });
  expect(JSON.stringify(line)).not.toContain('secret');
});

describe('sallyport up', () => {
  async function up(upstream: string, access: string) {
    const home = await use(new Workspace());
    mkdirSync(home.path('policy'));
    home.write(
      'policy/server.yaml',
      `apiVersion: sallyport.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: s}\nspec:\n  remote: {url: "${upstream}"}\n  access: ${access}\n`,
    );
    home.write(
      'policy/rules.yaml',
      'apiVersion: sallyport.dev/v1alpha1\nkind: PolicyPack\nmetadata: {name: p}\nspec:\n  tools: [{names: ["*"], effect: Allow}]\n',
    );
    const audit = home.path('audit.jsonl');
    const cli = await use(
      runCli(home, 'up', '-f', home.path('policy'), '--audit', audit, '--port', '0', '--metrics-port', '0'),
    );
    const port = Number((await cli.said(/MCP +http:\/\/127\.0\.0\.1:(\d+)/))[1]);
    return { cli, port, audit };
  }

  it.each<[name: string, says: RegExp, answer: (response: ServerResponse) => void]>([
    ['a redirect', /it redirects \(HTTP 307\) to \/mcp\//, (r) => r.writeHead(307, { location: '/mcp/' }).end()],
    ['words', /HTTP 406: Not Acceptable/, fromPython(406, NOT_ACCEPTABLE)],
  ])('tells the terminal and the log %s as the client hears it', async (_name, says, answer) => {
    server.answer(answer);
    const { cli, port, audit } = await up(server.url, '{anonymous: true}');
    const { body } = await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
    expect(body).toMatch(says);
    expect((await cli.said(/upstream-error/)).input).toMatch(says);
    await cli.close();
    expect(readFileSync(audit, 'utf8')).toMatch(says);
  });

  it('tells that nothing listens', async () => {
    const { cli, port } = await up(`http://127.0.0.1:${await freePort()}/mcp`, '{anonymous: true}');
    await rawExchange(port, { headers: JSON_HEADERS, body: INITIALIZE });
    expect((await cli.said(/upstream-error/)).input).toMatch(/ECONNREFUSED\): nothing listens there/);
  });

  it.each(['{anonymous: true}', '{}'])(
    'a client with a wrong token that looks for OAuth reads what this gate takes, and the terminal says it once: %s',
    async (access) => {
      const { cli, port } = await up(server.url, access);
      const headers = [...JSON_HEADERS, ['Authorization', 'Bearer wrong'] as const];
      expect((await rawExchange(port, { headers, body: INITIALIZE })).status).toBe(401);
      const asked: [string, string][] = [
        ['GET', '/.well-known/oauth-protected-resource/mcp'],
        ['GET', '/.well-known/oauth-protected-resource'],
        ['GET', '/.well-known/oauth-authorization-server'],
        ['GET', '/.well-known/openid-configuration'],
        ['GET', '/mcp/.well-known/openid-configuration'],
        ['POST', '/register'],
        ['GET', '/authorize?response_type=code'],
        ['POST', '/token'],
      ];
      for (const [method, target] of asked) {
        const { status, body } = await rawExchange(port, {
          method,
          target,
          body: method === 'POST' ? '{}' : undefined,
        });
        const { error, error_description: words } = JSON.parse(body) as Record<string, string>;
        expect({ status, error }).toEqual({ status: 404, error: 'invalid_request' });
        expect(words).toMatch(/takes a bearer token.*the token it sent is not known here.*sallyport token create/);
      }
      await cli.said(
        /^clients +a client looks for OAuth at \/\.well-known\/oauth-protected-resource\/mcp,.*is not known/,
      );
      expect([...cli.out, ...cli.err].filter((line) => line.includes('looks for OAuth'))).toHaveLength(1);
      // What is no path of OAuth is answered as before.
      const { body } = await rawExchange(port, { method: 'GET', target: '/registered' });
      expect(body).toContain('the MCP endpoint is /mcp');
    },
  );
});
