/** Tokens of a certified OpenID provider at the gate, and what official clients do to get one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../../sidecar/testing/test-issuer.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { callTool, JSON_HEADERS, legacyHeaders } from '../support/messages.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type Generation, authorize } from '../support/oauth-clients.ts';
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { bearer, openSession } from '../support/session.ts';

const { defer, use } = cleanupAfterAll();
const GENERATIONS: readonly Generation[] = ['v1', 'v2, legacy', 'v2, 2026-07-28'];

const withToken = (token: string): (readonly [string, string])[] => [
  ...JSON_HEADERS,
  ['Authorization', `Bearer ${token}`],
];

describe('with a provider', () => {
  let provider: OidcProvider;
  let gate: TestGate;
  beforeAll(async () => {
    provider = await use(startOidcProvider());
    const server = await use(startFixture());
    gate = await use(startGate({ upstream: server.url }));
    provider.resources.add(gate.url);
    gate.setPolicy(policyOf(ALLOW_ALL, { jwt: [{ issuer: provider.url, audiences: [gate.url] }] }));
  });

  it.each(GENERATIONS)('SDK %s registers, gets a token for the gate, and is known by name and groups', async (sdk) => {
    const { client, asked } = await authorize(sdk, gate.url);
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    const { origin } = new URL(gate.url);
    expect(asked).toEqual(
      expect.arrayContaining([
        `POST ${gate.url} 401`,
        `GET ${origin}/.well-known/oauth-protected-resource/mcp 200`,
        `POST ${provider.url}/reg 201`,
        `POST ${provider.url}/token 200`,
      ]),
    );
    const { principal } = (await gate.decisions()).at(-1) ?? expect.fail();
    expect(principal).toMatchObject({ kind: 'jwt', name: 'ada', groups: ['treasury'] });
  });

  it('an agent calls with the token of its client credentials', async () => {
    const token = await provider.agentToken(gate.url);
    const answer = await rawExchange(gate.port, { headers: withToken(token), body: callTool('echo') });
    // A legacy call without a session: the gate knows who it is, and the server wants a session.
    expect(answer.status).not.toBe(401);
    expect((await gate.decisions()).at(-1)).toMatchObject({ principal: { kind: 'jwt', name: 'billing-agent' } });
  });

  it('a token for another resource is refused, and the challenge says why', async () => {
    const elsewhere = 'https://other.example.com/mcp';
    provider.resources.add(elsewhere);
    const token = await provider.agentToken(elsewhere);
    const { status, headers } = await rawExchange(gate.port, { headers: withToken(token), body: callTool('echo') });
    expect(status).toBe(401);
    const challenge = headers['www-authenticate'];
    expect(challenge).toContain('error="invalid_token"');
    expect(challenge).toContain('made for another audience');
    const { origin } = new URL(gate.url);
    expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`);
  });

  it('tells where tokens come from, whoever asks', async () => {
    for (const target of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
      const { status, body } = await rawExchange(gate.port, { method: 'GET', target, headers: [] });
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual({
        resource: gate.url,
        authorization_servers: [provider.url],
        bearer_methods_supported: ['header'],
        dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256', 'EdDSA']),
      });
    }
  });
});

describe('rules that ask for scopes', { tags: ['least-privilege'] }, () => {
  let provider: OidcProvider;
  let gate: TestGate;
  let server: Awaited<ReturnType<typeof startFixture>>;
  beforeAll(async () => {
    provider = await use(startOidcProvider());
    server = await use(startFixture());
    gate = await use(startGate({ upstream: server.url }));
    provider.resources.add(gate.url);
    const tools = [
      { names: ['echo'], effect: 'Allow' as const, principals: { scopes: ['mcp'] } },
      { names: ['transfer'], effect: 'Allow' as const, principals: { scopes: ['mcp', 'pay'] } },
    ];
    gate.setPolicy(policyOf({ tools }, { jwt: [{ issuer: provider.url, audiences: [gate.url] }] }));
  });

  it.each(GENERATIONS)('SDK %s asks its user for the further scope, and goes on', async (sdk) => {
    const { client, goOn } = await authorize(sdk, gate.url);
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    const before = server.executed.length;
    await expect(client.callTool({ name: 'transfer' })).rejects.toThrow(/unauthorized/i);
    expect(server.executed.length).toBe(before);
    const refused = (await gate.decisions()).at(-1);
    expect(refused).toMatchObject({ outcome: 'refused', decision: { effect: 'Deny', reason: 'insufficient-scope' } });
    await goOn();
    expect(textOf(await client.callTool({ name: 'transfer' }))).toMatch(/^transfer/);
    // What it could do before it still can.
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
  });

  it('clients are told with which scopes to begin', async () => {
    const { headers } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') });
    expect(headers['www-authenticate']).toContain('scope="mcp"');
    const target = '/.well-known/oauth-protected-resource/mcp';
    const { body } = await rawExchange(gate.port, { method: 'GET', target, headers: [] });
    expect(JSON.parse(body)).toMatchObject({ scopes_supported: ['mcp'] });
  });

  it('who calls without a user reads what is missing', async () => {
    const token = await provider.agentToken(gate.url);
    const session = await openSession(gate, token);
    const { status, headers, body } = await rawExchange(gate.port, {
      headers: [...legacyHeaders(session), bearer(token)],
      body: callTool('transfer'),
    });
    expect(status).toBe(403);
    const { origin } = new URL(gate.url);
    expect(headers['www-authenticate']).toMatch(
      new RegExp(`error="insufficient_scope", .*scope="mcp pay", resource_metadata="${origin}/[^"]*"$`),
    );
    expect(JSON.parse(body)).toMatchObject({
      result: {
        isError: true,
        content: [{ text: expect.stringContaining('takes a token with the scopes mcp, pay') as string }],
        _meta: { 'sallyport.dev/refusal': { reason: 'insufficient-scope', scopes: ['mcp', 'pay'] } },
      },
    });
  });

  it('who has a token of the issuer sees what a further scope would open, and nothing else', async () => {
    const { client } = await authorize('v2, legacy', gate.url);
    defer(() => client.close());
    const { tools } = await (client as unknown as { listTools(): Promise<{ tools: { name: string }[] }> }).listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(['echo', 'transfer']);
  });
});

describe('with an issuer that fails', () => {
  it('nobody is let in, and nobody is blamed, until its keys are there', async () => {
    const issuer = await use(TestIssuer.start());
    issuer.answer = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    const server = await use(startFixture());
    const gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, trusting(issuer)) }));
    const token = await issuer.token({ aud: 'gate' });
    const send = () => rawExchange(gate.port, { headers: withToken(token), body: callTool('echo') });
    const { status, headers } = await send();
    expect({ status, after: headers['retry-after'] }).toEqual({ status: 503, after: '2' });
    expect(server.executed).toEqual([]);
    issuer.answer = () => false;
    // The keys are asked for every ten seconds.
    await eventually('the keys are read', async () => (await send()).status !== 503, 20_000);
  });

  it('a client that leaves while its token is looked at leaves nothing behind', async () => {
    const issuer = await use(TestIssuer.start());
    const held: (() => void)[] = [];
    issuer.answer = (_, response) => {
      held.push(() => response.writeHead(503).end());
      return true;
    };
    const server = await use(startFixture());
    const gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, trusting(issuer)) }));
    const headers = {
      authorization: `Bearer ${await issuer.token({ aud: 'gate' })}`,
      'content-type': 'application/json',
    };
    const leaving = new AbortController();
    const left = fetch(gate.url, { method: 'POST', headers, body: callTool('echo'), signal: leaving.signal });
    await eventually('the issuer is asked', () => held.length > 0);
    leaving.abort();
    await expect(left).rejects.toThrow();
    for (const answer of held) answer();
    const { status } = await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') });
    expect(status).toBe(401);
    expect(gate.gate.openCalls.size).toBe(0);
  });
});

function trusting({ url }: TestIssuer) {
  return { jwt: [{ issuer: url, audiences: ['gate'] }] };
}
