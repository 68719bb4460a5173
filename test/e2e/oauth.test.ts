/** A server that does its own OAuth, behind a gate: clients find their way to a token and back as if there were no gate. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { JSON_HEADERS, callTool, modernHeaders, modernRequest } from '../support/messages.ts';
import { type MisbehavingServer, startMisbehaving } from '../support/misbehaving-server.ts';
import { type Generation, authorize } from '../support/oauth-clients.ts';
import { type OAuthServer, startOAuthServer } from '../support/oauth-server.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterAll();
const GENERATIONS: readonly Generation[] = ['v1', 'v2, legacy', 'v2, 2026-07-28'];
const PROTECTED_RESOURCE = '/.well-known/oauth-protected-resource';
const AUTHORIZATION_SERVER = '/.well-known/oauth-authorization-server';
const serverAsks = { authorization: 'Server' } as const;
const policy = policyOf(ALLOW_ALL, serverAsks);
const get = (gate: TestGate, target: string, headers: readonly (readonly [string, string])[] = []) =>
  rawExchange(gate.port, { method: 'GET', target, headers });
const json = (body: string): unknown => JSON.parse(body);

describe.each([['/mcp'], ['/servers/ledger']])('a server at %s that knows only itself', (path) => {
  let server: OAuthServer;
  let gate: TestGate;
  beforeAll(async () => {
    server = await use(startOAuthServer(path));
    gate = await use(startGate({ upstream: server.url, policy }));
  });

  it.each(GENERATIONS)('gives SDK %s a token, and takes it', async (generation) => {
    const { client, asked } = await authorize(generation, gate.url);
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    expect(server.tokens.at(-1)).toMatch(/^Bearer [-0-9a-f]{36}$/);
    const origin = new URL(gate.url).origin;
    // Nothing sent it around the gate.
    expect(asked.filter((line) => !line.includes(` ${origin}/`))).toEqual([]);
    expect(asked).toEqual(
      expect.arrayContaining([
        `POST ${gate.url} 401`,
        `GET ${origin}${PROTECTED_RESOURCE}/mcp 200`,
        `POST ${origin}/register 201`,
        `GET ${origin}/authorize 302`,
        `POST ${origin}/token 200`,
        `POST ${gate.url} 200`,
      ]),
    );
  });

  it('is the resource at the public URL', async () => {
    const { status, body, headers } = await get(gate, `${PROTECTED_RESOURCE}/mcp`);
    expect({ status, type: headers['content-type'] }).toMatchObject({ status: 200, type: /^application\/json/ });
    const origin = new URL(gate.url).origin;
    expect(json(body)).toMatchObject({ resource: gate.url, authorization_servers: [`${origin}/`] });
    const authority = await get(gate, AUTHORIZATION_SERVER);
    expect(json(authority.body)).toMatchObject({
      issuer: `${origin}/`,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      response_types_supported: ['code'],
    });
    expect(`${body}${authority.body}`).not.toContain(new URL(server.url).host);
  });

  it('challenges in its own words, with the public URL of its metadata', async () => {
    const before = (await gate.decisions()).length;
    const answers = [
      await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') }),
      await rawExchange(gate.port, {
        headers: [...modernHeaders('tools/call', 'echo'), ['Authorization', 'Bearer wrong']],
        body: modernRequest('tools/call', { name: 'echo', arguments: {} }),
      }),
      await get(gate, '/mcp', [['Accept', 'text/event-stream']]),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toMatch(/^Bearer error="invalid_token", error_description="[^"]+"/);
      expect(headers['www-authenticate']).toContain(
        `resource_metadata="${new URL(gate.url).origin}${PROTECTED_RESOURCE}/mcp"`,
      );
      expect(json(body)).toMatchObject({ error: 'invalid_token' });
    }
    const lines = (await gate.decisions(before + 3)).slice(before);
    expect(lines.map(({ principal }) => principal?.kind)).toEqual(['anonymous', 'anonymous', 'anonymous']);
  });
});

describe('a server that knows its public URL', () => {
  it.each(GENERATIONS)('gives SDK %s a token for that URL, and takes no other', async (generation) => {
    const server = await use(startOAuthServer());
    const gate = await use(startGate({ upstream: server.url, policy }));
    const url = gate.url.replace('127.0.0.1', 'localhost');
    server.isKnownAs(url);
    gate.setPolicy(policyOf(ALLOW_ALL, { ...serverAsks, url }));
    const { client } = await authorize(generation, url);
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    expect(server.executed).toEqual(['echo']);
  });

  it('names it to whoever asks by another name', async () => {
    const server = await use(startOAuthServer());
    const access = { ...serverAsks, url: 'https://mcp.example.com/servers/ledger/mcp' };
    const gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, access) }));
    const { body } = await get(gate, `${PROTECTED_RESOURCE}/servers/ledger/mcp`, [['Host', 'mcp.example.com']]);
    expect(json(body)).toMatchObject({ resource: access.url, authorization_servers: ['https://mcp.example.com/'] });
    const { headers } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') });
    expect(headers['www-authenticate']).toContain(
      'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/servers/ledger/mcp"',
    );
  });
});

it('is all closed where the gate asks for tokens', async () => {
  const server = await use(startOAuthServer());
  const gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL) }));
  for (const target of [PROTECTED_RESOURCE, `${PROTECTED_RESOURCE}/mcp`, AUTHORIZATION_SERVER, '/authorize']) {
    expect((await get(gate, target)).status).toBe(404);
  }
});

describe('what passes besides the MCP endpoint', () => {
  let server: MisbehavingServer;
  let gate: TestGate;
  let asked: string[];
  beforeAll(async () => {
    server = await use(startMisbehaving());
    gate = await use(startGate({ upstream: server.url.replace('/mcp', '/real/mcp'), policy }));
  });
  beforeEach(() => {
    asked = [];
    answerJson({});
  });
  const answerJson = (document: unknown, status = 200): void => {
    server.answer((response, request) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    });
  };
  const origin = (): string => `http://127.0.0.1:${gate.port}`;
  const own = (path: string): string => `http://127.0.0.1:${server.port}${path}`;

  it.each([
    [PROTECTED_RESOURCE, PROTECTED_RESOURCE],
    [`${PROTECTED_RESOURCE}/mcp`, `${PROTECTED_RESOURCE}/real/mcp`],
    [`${PROTECTED_RESOURCE}/other`, `${PROTECTED_RESOURCE}/other`],
    [`${AUTHORIZATION_SERVER}/tenant1`, `${AUTHORIZATION_SERVER}/tenant1`],
    ['/.well-known/openid-configuration?x=1', '/.well-known/openid-configuration'],
    ['/tenant1/.well-known/openid-configuration', '/tenant1/.well-known/openid-configuration'],
    ['/mcp/.well-known/openid-configuration', '/real/mcp/.well-known/openid-configuration'],
  ])('is metadata: %s', async (target, behind) => {
    expect((await get(gate, target)).status).toBe(200);
    expect(asked).toEqual([`GET ${behind}`]);
  });

  it('is the endpoints by default, with query, form, credentials of the client and cookies', async () => {
    const seen: unknown[] = [];
    server.answer((response, request) => {
      const { authorization, cookie } = request.headers;
      seen.push([request.method, request.url, authorization, cookie, request.headers['mcp-session-id']]);
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end('kept: http://127.0.0.1/');
    });
    const secrets = [
      ['Authorization', 'Basic eA=='],
      ['Cookie', 'a=1'],
      ['Mcp-Session-Id', 's'],
    ] as const;
    const { body } = await get(gate, '/authorize?state=%2F&x', secrets);
    expect(body).toBe('kept: http://127.0.0.1/');
    await rawExchange(gate.port, { target: '/token', headers: secrets, body: 'grant_type=x' });
    expect(seen).toEqual([
      ['GET', '/authorize?state=%2F&x', 'Basic eA==', 'a=1', undefined],
      ['POST', '/token', 'Basic eA==', 'a=1', undefined],
    ]);
  });

  it('is no secret of the client where metadata is asked for', async () => {
    let headers: unknown;
    server.answer((response, request) => {
      ({ headers } = request);
      response.end('{}');
    });
    await get(gate, PROTECTED_RESOURCE, [
      ['Authorization', 'Bearer x'],
      ['Cookie', 'a=1'],
    ]);
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('cookie');
  });

  it('is what the metadata of the server names, but never its MCP endpoint', async () => {
    const elsewhere = await use(startGate({ upstream: own('/real/mcp'), policy }));
    answerJson({
      token_endpoint: own('/oauth/token'),
      jwks_uri: `http://localhost:${server.port}/keys`,
      authorization_endpoint: own('/real/mcp'),
      registration_endpoint: own('/REAL/mcp/'),
      revocation_endpoint: own('/%72eal/mcp'),
      userinfo_endpoint: 'https://elsewhere.example.com/userinfo',
    });
    const post = (target: string) =>
      rawExchange(elsewhere.port, { target, headers: JSON_HEADERS, body: callTool('echo') });
    // Asked for by a gate that has not seen the metadata before.
    expect((await post('/oauth/token')).status).toBe(200);
    expect((await get(elsewhere, '/keys')).status).toBe(200);
    const before = asked.length;
    for (const target of ['/REAL/mcp/', '/real/mcp/', '/%72eal/mcp', '/real//mcp', '/x/../real/mcp', '/userinfo']) {
      expect((await post(target)).status).toBe(404);
    }
    expect(asked).toHaveLength(before);
    // As it is spelled it is served, as every MCP endpoint: by rules, and on record.
    await post('/real/mcp');
    expect((await elsewhere.decisions(1)).at(-1)).toMatchObject({ method: 'tools/call', tool: 'echo' });
  });

  it('is a document that a challenge has named', async () => {
    expect((await get(gate, '/custom/metadata.json')).status).toBe(404);
    server.answer((response) => {
      response.setHeader('WWW-Authenticate', `Bearer scope="a", resource_metadata=${own('/custom/metadata.json')}`);
      response.writeHead(401, { 'content-type': 'text/plain' }).end('who are you?');
    });
    const refused = await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') });
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer scope="a", resource_metadata=${origin()}/custom/metadata.json`,
    );
    answerJson({ resource: own('/real/mcp') });
    const { body } = await get(gate, '/custom/metadata.json');
    expect(json(body)).toEqual({ resource: `${origin()}/mcp` });
  });

  it('keeps the words of a challenge that is not JSON', async () => {
    server.answer((response) => {
      response.writeHead(401, { 'content-type': 'text/plain', 'www-authenticate': 'Bearer' }).end('who are you?');
    });
    const { status, headers, body } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') });
    expect({ status, challenge: headers['www-authenticate'], body }).toEqual({
      status: 401,
      challenge: 'Bearer',
      body: 'who are you?',
    });
  });

  it('passes on that a token lacks a scope', async () => {
    const challenge = `Bearer error="insufficient_scope", scope="write", resource_metadata="${own(PROTECTED_RESOURCE)}"`;
    const seen: unknown[] = [];
    server.answer((response, request) => {
      seen.push(request.headers.authorization);
      response
        .writeHead(403, { 'content-type': 'application/json', 'www-authenticate': challenge })
        .end('{"error":"x"}');
    });
    const headers = [...JSON_HEADERS, ['Authorization', 'Bearer narrow']] as const;
    const refused = await rawExchange(gate.port, { headers, body: callTool('echo') });
    expect({ status: refused.status, body: refused.body }).toEqual({ status: 403, body: '{"error":"x"}' });
    expect(refused.headers['www-authenticate']).toBe(challenge.replace(own(''), origin()));
    expect(seen).toEqual(['Bearer narrow']);
  });

  it('is where a browser is sent, by public names', async () => {
    const locations: [string, string][] = [
      [own('/login?next=1'), `${origin()}/login?next=1`],
      ['/login', '/login'],
      [
        `https://app.example.com/cb?code=1&iss=${encodeURIComponent(own(''))}`,
        `https://app.example.com/cb?code=1&iss=${encodeURIComponent(origin())}`,
      ],
      [
        'https://app.example.com/cb?iss=https%3A%2F%2Fauth.example.com',
        'https://app.example.com/cb?iss=https%3A%2F%2Fauth.example.com',
      ],
    ];
    for (const [location, expected] of locations) {
      server.answer((response) => response.writeHead(302, { location }).end());
      const { status, headers } = await get(gate, '/authorize');
      expect([status, headers['location']]).toEqual([302, expected]);
    }
  });

  it.each<[name: string, target: string, over: object, status: number, reason: string]>([
    ['another path', '/other', {}, 404, 'not-found'],
    ['what only begins like metadata', `${PROTECTED_RESOURCE}s`, {}, 404, 'not-found'],
    ['an encoded path', '/%74oken', {}, 404, 'not-found'],
    ['dots', `${PROTECTED_RESOURCE}/../../real/mcp`, {}, 404, 'not-found'],
    [
      'a Host that is not ours',
      PROTECTED_RESOURCE,
      { headers: [['Host', 'evil.example.com']] },
      403,
      'host-not-allowed',
    ],
    [
      'a page of another origin',
      '/token',
      { headers: [['Origin', 'https://evil.example.com']] },
      403,
      'origin-not-allowed',
    ],
    [
      'two headers',
      PROTECTED_RESOURCE,
      {
        headers: [
          ['Origin', 'a'],
          ['Origin', 'b'],
        ],
      },
      400,
      'duplicate-header',
    ],
    ['POST to metadata', PROTECTED_RESOURCE, { method: 'POST' }, 405, 'method-not-allowed'],
    ['DELETE', '/token', { method: 'DELETE' }, 405, 'method-not-allowed'],
    ['a large form', '/token', { method: 'POST', body: 'x'.repeat(70_000) }, 413, 'body-too-large'],
    [
      'an endless form',
      '/token',
      { method: 'POST', body: 'x'.repeat(3_000_000), chunked: 60_000 },
      413,
      'body-too-large',
    ],
  ])('is refused and recorded: %s', async (_name, target, over, status, reason) => {
    // Once, so that nothing below is the gate's own question.
    await get(gate, '/other');
    const before = (await gate.decisions()).length;
    asked = [];
    const response = await rawExchange(gate.port, { method: 'GET', target, headers: [], ...over });
    expect(response.status).toBe(status);
    const lines = (await gate.decisions(before + 1)).slice(before);
    expect(lines.map(({ outcome, decision }) => [outcome, decision.reason])).toEqual([['refused', reason]]);
    expect(asked).toEqual([]);
  });

  it.each<[name: string, body: string, status: number]>([
    ['metadata that is no JSON', '<html>', 502],
    ['metadata that is a list', '[]', 502],
    ['metadata without an end', `{"x":"${'x'.repeat(300_000)}"}`, 502],
  ])('is not %s', async (_name, body, status) => {
    const before = (await gate.decisions()).length;
    server.answer((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
    expect((await get(gate, PROTECTED_RESOURCE)).status).toBe(status);
    const [line] = (await gate.decisions(before + 1)).slice(before);
    expect([line?.outcome, line?.decision.reason]).toEqual(['upstream-error', 'upstream-invalid']);
  });

  it('lets pages of allowed origins ask', async () => {
    const page = 'https://app.example.com';
    const open = await use(
      startGate({ upstream: own('/real/mcp'), policy: policyOf(ALLOW_ALL, { ...serverAsks, origins: [page] }) }),
    );
    const preflight = await rawExchange(open.port, {
      method: 'OPTIONS',
      target: PROTECTED_RESOURCE,
      headers: [
        ['Origin', page],
        ['Access-Control-Request-Method', 'GET'],
      ],
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, page]);
    const { headers } = await get(open, PROTECTED_RESOURCE, [['Origin', page]]);
    expect(headers['access-control-allow-origin']).toBe(page);
    expect(headers['access-control-expose-headers']).toContain('WWW-Authenticate');
  });
});

it('what is asked without a token has its share of the room, and no more', async () => {
  const server = await use(startMisbehaving());
  const { promise: answered, resolve: release } = Promise.withResolvers<void>();
  server.answer((response) => {
    void answered.then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  const gate = await use(startGate({ upstream: server.url, policy }));
  const { bytes } = gate.gate;
  const question = get(gate, AUTHORIZATION_SERVER);
  await eventually('it is held', () => bytes.small.used > 0);
  const others = [];
  for (;;) {
    const lease = bytes.lease('oauth:127.0.0.1');
    if (!lease.fits(16 * 1024)) break;
    others.push(lease);
  }
  const refused = await get(gate, AUTHORIZATION_SERVER);
  expect(refused).toMatchObject({ status: 503, body: expect.stringContaining('ask again') });
  expect(refused.headers).toHaveProperty('retry-after');
  // There is room left for those who are known.
  expect(bytes.lease('token:ada').fits(64 * 1024)).toBe(true);
  for (const lease of others) lease.release();
  release();
  expect(await question).toMatchObject({ status: 200 });
  await eventually('it is given back', () => bytes.lease('oauth:127.0.0.1').ownerBytes === 0);
});

describe('a server that is away', () => {
  let gate: TestGate;
  beforeAll(async () => {
    const server = await startMisbehaving();
    gate = await startGate({ upstream: server.url, policy });
    await server.close();
  });
  afterAll(() => gate.close());

  it('is said to be', async () => {
    const { status, body } = await get(gate, PROTECTED_RESOURCE);
    expect({ status, body: json(body) }).toMatchObject({ status: 502, body: { error: { code: -31020 } } });
  });
});

it('a challenge that takes its time passes as it is, with no sign of life of the gate in it', async () => {
  const server = await use(startMisbehaving());
  const [one, two] = ['{"error":', '"invalid_token"}'];
  server.answer((response) => {
    const headers = { 'www-authenticate': 'Bearer', 'content-type': 'application/json' };
    response.writeHead(401, headers).write(one);
    setTimeout(() => response.end(two), 10_500);
  });
  const gate = await use(startGate({ upstream: server.url, policy }));
  const response = await fetch(gate.url, {
    method: 'POST',
    headers: modernHeaders('tools/list').map(([name, value]): [string, string] => [name, value]),
    body: modernRequest('tools/list'),
  });
  expect({ status: response.status, body: await response.text() }).toEqual({ status: 401, body: one + two });
}, 20_000);
