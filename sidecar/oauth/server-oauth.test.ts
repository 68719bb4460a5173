/** A server that may say of itself where its OAuth is, and is asked no more often than it has to be. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Taken } from '../testing/stdio-exchange.ts';
import { ServerOAuth } from './server-oauth.ts';

const byServer = policyOf(ALLOW_ALL, { authorization: 'Server', url: 'https://public.example/mcp' });
const byGate = policyOf(ALLOW_ALL, { anonymous: true });

let metadata: string | undefined;
let asked: string[];
let url: URL;
let clock: FakeClock;
let oauth: ServerOAuth;
beforeEach(async () => {
  metadata = undefined;
  asked = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    if (metadata === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(metadata);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  clock = new FakeClock();
  oauth = new ServerOAuth({ url }, clock);
});

test('it is served where the server checks tokens itself and has a URL', () => {
  expect(oauth.isServedUnder(byServer)).toBe(true);
  expect(oauth.isServedUnder(byGate)).toBe(false);
  expect(oauth.isServedUnder(undefined)).toBe(false);
  const program = new ServerOAuth({ url: undefined }, clock);
  expect(program.isServedUnder(byServer)).toBe(false);
  expect(() => program.server).toThrow('has no OAuth');
});

describe('what a path is', () => {
  test.each([
    ['/.well-known/oauth-protected-resource', 'metadata'],
    ['/.well-known/oauth-protected-resource/mcp', 'metadata'],
    ['/.well-known/oauth-authorization-server', 'metadata'],
    ['/tenant/.well-known/openid-configuration', 'metadata'],
    ['/authorize', 'endpoint'],
    ['/token', 'endpoint'],
    ['/register', 'endpoint'],
    ['/revoke', 'endpoint'],
  ] as const)('%s: %s', async (path, kind) => {
    expect(await oauth.kindOf(path)).toBe(kind);
    expect(asked).toEqual([]);
  });

  test.each(['/mcp', '/MCP', '/mcp/', '/a/../token', '/./token', '/token%2f', '/a//b', '//evil', '/token;x', ''])(
    '%j is nothing of OAuth, and nobody is asked',
    async (path) => {
      oauth.learnEndpoints({ token_endpoint: new URL(path, url).href });
      expect(await oauth.kindOf(path)).toBeUndefined();
      expect(asked).toEqual([]);
    },
  );

  test('may be learned from metadata that went through, of its own origin only', async () => {
    oauth.learnEndpoints({
      token_endpoint: `${url.origin}/oauth/token?x=1`,
      jwks_uri: `${url.origin}/keys`,
      authorization_endpoint: 'https://other.example/login',
      issuer: `${url.origin}/issuer`,
      revocation_endpoint: 7,
    });
    expect(await oauth.kindOf('/oauth/token')).toBe('endpoint');
    expect(await oauth.kindOf('/keys')).toBe('endpoint');
    expect(await oauth.kindOf('/login')).toBeUndefined();
    expect(await oauth.kindOf('/issuer')).toBeUndefined();
  });

  test('may be asked of the server, once a minute, whoever calls', async () => {
    metadata = JSON.stringify({ token_endpoint: `${url.origin}/t2` });
    expect(await Promise.all([oauth.kindOf('/t2'), oauth.kindOf('/t2'), oauth.kindOf('/none')])).toEqual([
      'endpoint',
      'endpoint',
      undefined,
    ]);
    expect(asked).toHaveLength(2);
    expect(await oauth.kindOf('/none')).toBeUndefined();
    expect(asked).toHaveLength(2);
    clock.advance(60_000);
    await oauth.kindOf('/none');
    expect(asked).toHaveLength(4);
  });

  test.each(['nonsense', '[]', '{"token_endpoint":"not a url"}'])('is nothing of metadata like %s', async (text) => {
    metadata = text;
    expect(await oauth.kindOf('/t2')).toBeUndefined();
  });

  test('is learned within bounds', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`e${i}_endpoint`, `${url.origin}/e${i}`]));
    oauth.learnEndpoints(many);
    expect(await oauth.kindOf('/e0')).toBe('endpoint');
    expect(await oauth.kindOf('/e199')).toBeUndefined();
  });
});

describe('a challenge on its way to a client', () => {
  const challenge = (): string => `Bearer resource_metadata="${url.origin}/meta/data", scope="a"`;

  test('gets the public name of what it points to, which is served from then on', async () => {
    const taken = new Taken();
    let seen: unknown;
    taken.onHead = (_status, headers: Record<string, unknown>) => (seen = headers['www-authenticate']);
    oauth.around(taken, byServer, undefined).onHead(401, { 'www-authenticate': challenge() });
    expect(seen).toContain('resource_metadata="https://public.example/meta/data"');
    expect(seen).toContain('scope="a"');
    expect(await oauth.kindOf('/meta/data')).toBe('metadata');
  });

  test('passes as it is where the gate asks for tokens', () => {
    const taken = new Taken();
    expect(oauth.around(taken, byGate, undefined)).toBe(taken);
    expect(oauth.around(taken, undefined, undefined)).toBe(taken);
  });
});
