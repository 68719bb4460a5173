/** Tokens that are bound to a key (RFC 9449), of a certified provider and with an official client: what passes, and what whoever has stolen one gets. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DpopClient } from '../../sidecar/testing/dpop-client.ts';
import { TestIssuer } from '../../sidecar/testing/test-issuer.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { callTool, JSON_HEADERS, modernHeaders, modernRequest } from '../support/messages.ts';
import { authorize } from '../support/oauth-clients.ts';
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { defer, use } = cleanupAfterAll();
let provider: OidcProvider;
let server: FixtureServer;
let gate: TestGate;
let agent: DpopClient;
let token: string;
beforeAll(async () => {
  provider = await use(startOidcProvider());
  server = await use(startFixture());
  gate = await use(startGate({ upstream: server.url }));
  provider.resources.add(gate.url);
  gate.setPolicy(trusting('Optional'));
  agent = await DpopClient.start();
  token = await provider.boundToken(gate.url, agent);
});

function trusting(dpop: 'Optional' | 'Required') {
  return policyOf(ALLOW_ALL, { jwt: [{ issuer: provider.url, audiences: [gate.url], dpop }] });
}

interface Sent {
  readonly scheme?: string;
  readonly proofs?: readonly string[];
  readonly to?: TestGate;
  readonly target?: string;
}

const CALL = modernRequest('tools/call', { name: 'echo', arguments: {} });

async function send({ scheme = 'DPoP', proofs = [], to = gate, target = '/mcp' }: Sent, with_ = token) {
  const headers: (readonly [string, string])[] = [
    ...modernHeaders('tools/call', 'echo'),
    ['Authorization', `${scheme} ${with_}`],
    ...proofs.map((one) => ['DPoP', one] as const),
  ];
  const { status, headers: answered, body } = await rawExchange(to.port, { target, headers, body: CALL });
  return { status, challenge: answered['www-authenticate'] ?? '', nonce: answered['dpop-nonce'], body };
}

/** As a client is told. */
async function nonceOf(to = gate): Promise<string> {
  const { nonce } = await send({ proofs: [await agent.proof({ url: to.url, token })], to });
  return typeof nonce === 'string' ? nonce : expect.fail('no nonce was given');
}

async function proof(claims: Readonly<Record<string, unknown>> = {}, to = gate): Promise<string> {
  return agent.proof({ url: to.url, token, nonce: await nonceOf(to) }, claims);
}

describe('a token that is bound to a key', { tags: ['bound-tokens'] }, () => {
  it.each(['v2, legacy', 'v2, 2026-07-28'] as const)('is got and shown by SDK %s, by itself', async (sdk) => {
    const { client, asked } = await authorize(sdk, gate.url, true);
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    // Told to get a token, and then once to use a nonce: all answers after that have the next one.
    expect(asked.filter((line) => line === `POST ${gate.url} 401`)).toHaveLength(2);
    const { principal } = (await gate.decisions()).at(-1) ?? expect.fail();
    expect(principal).toMatchObject({ kind: 'jwt', name: 'ada' });
  });

  it('passes with a proof of each request, whose nonce is asked for first', async () => {
    const before = await send({ proofs: [await agent.proof({ url: gate.url, token })] });
    expect(before).toMatchObject({ status: 401, nonce: expect.any(String) });
    expect(before.challenge).toMatch(/^DPoP .*error="use_dpop_nonce".*algs="ES256 /);
    const seen = server.seen.length;
    const after = await send({ proofs: [await proof()] });
    expect(after).toMatchObject({ status: 200, nonce: expect.any(String) });
    expect(server.seen).toHaveLength(seen + 1);
    // Neither the token nor its proof goes any further.
    expect(server.seen.at(-1)?.headers).not.toHaveProperty('dpop');
    expect(server.seen.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('is no token by itself: whoever has stolen it is refused', async () => {
    const refused = await send({ scheme: 'Bearer' });
    expect(refused).toMatchObject({ status: 401 });
    expect(refused.challenge).toMatch(/^DPoP .*error="invalid_dpop_proof"/);
    expect(await send({})).toMatchObject({ status: 401, challenge: expect.stringContaining('invalid_dpop_proof') });
    expect((await gate.decisions()).at(-1)).toMatchObject({ decision: { reason: 'proof-not-taken' } });
  });

  it('is refused with a proof that was used before', async () => {
    const once = await proof();
    expect(await send({ proofs: [once] })).toMatchObject({ status: 200 });
    const again = await send({ proofs: [once] });
    expect(again).toMatchObject({ status: 401, challenge: expect.stringContaining('used before') });
  });

  it.each([
    ['another URL', { htu: 'https://evil.example.com/mcp' }],
    ['another method', { htm: 'GET' }],
    ['another token', { ath: 'x'.repeat(43) }],
  ])('is refused with a proof of %s', async (_what, claims) => {
    expect(await send({ proofs: [await proof(claims)] })).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('invalid_dpop_proof'),
    });
  });

  it('is refused with the proof of another key', async () => {
    const eve = await DpopClient.start();
    const stolen = await eve.proof({ url: gate.url, token, nonce: await nonceOf() });
    expect(await send({ proofs: [stolen] })).toMatchObject({ status: 401 });
  });

  it('is refused with two proofs', async () => {
    expect(await send({ proofs: [await proof(), await proof()] })).toMatchObject({ status: 400 });
  });

  it('needs a proof of every request of a session, of streams and of its end', async () => {
    const url = gate.url;
    const shown = async (method: string) => ({
      authorization: `DPoP ${token}`,
      dpop: await agent.proof({ method, url, token, nonce: await nonceOf() }),
    });
    const initialize = JSON.stringify({
      ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    });
    const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const opened = await fetch(url, {
      method: 'POST',
      headers: { ...json, ...(await shown('POST')) },
      body: initialize,
    });
    await opened.text();
    const session = opened.headers.get('mcp-session-id') ?? expect.fail('no session');
    const of = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    for (const method of ['GET', 'DELETE']) {
      const accept = method === 'GET' ? { accept: 'text/event-stream' } : {};
      const ask = async (proofs: object) => {
        const answer = await fetch(url, { method, headers: { ...of, ...accept, ...proofs } as Record<string, string> });
        void answer.body?.cancel();
        return answer.status;
      };
      const posted = await shown('POST');
      expect(await ask(posted)).toBe(401);
      expect(await ask(await shown(method))).toBe(200);
    }
  });

  it('keeps what it was refused with out of the audit log', async () => {
    const shown = await proof();
    await send({ proofs: [shown] });
    await send({ proofs: [shown] });
    const written = JSON.stringify(await gate.decisions());
    for (const secret of [token, shown]) expect(written).not.toContain(secret.slice(-40));
  });
});

it('a token that is bound to nothing passes as before, and is none where all have to be bound', async () => {
  const bare = await provider.agentToken(gate.url);
  expect(await send({ scheme: 'Bearer' }, bare)).toMatchObject({ status: 200 });
  expect(
    await send({ proofs: [await agent.proof({ url: gate.url, token: bare, nonce: await nonceOf() })] }, bare),
  ).toMatchObject({
    status: 401,
    challenge: expect.stringMatching(/^DPoP .*invalid_token/),
  });
  gate.setPolicy(trusting('Required'));
  try {
    expect(await send({ scheme: 'Bearer' }, bare)).toMatchObject({ status: 401 });
    expect(await send({ proofs: [await proof()] })).toMatchObject({ status: 200 });
    const target = '/.well-known/oauth-protected-resource/mcp';
    const { body } = await rawExchange(gate.port, { method: 'GET', target, headers: [] });
    expect(JSON.parse(body)).toMatchObject({
      dpop_bound_access_tokens_required: true,
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'Ed25519']),
    });
  } finally {
    gate.setPolicy(trusting('Optional'));
  }
});

it('the gate of another replica that has the session takes the proof as well, and each takes it once', async () => {
  const sharedKey = Buffer.alloc(32, 7);
  const replicas = [
    await use(startGate({ upstream: server.url, sharedKey })),
    await use(startGate({ upstream: server.url, sharedKey })),
  ] as const;
  const url = 'https://mcp.example.com/mcp';
  const issuer = await use(TestIssuer.start());
  const jwt = [{ issuer: issuer.url, audiences: [url] }];
  for (const one of replicas) one.setPolicy(policyOf(ALLOW_ALL, { url, jwt }));
  const bound = await issuer.token({ aud: url, cnf: { jkt: agent.thumbprint } });
  // What a process has forgotten at its start is of a second before.
  const nonceFrom = async (one: TestGate) => {
    const { headers } = await rawExchange(one.port, {
      headers: [...JSON_HEADERS, ['Authorization', `DPoP ${bound}`]],
      body: '{}',
    });
    return String(headers['dpop-nonce']);
  };
  const exchange = async (one: TestGate, session: string | undefined, body: string, nonce: string, again?: string) => {
    const shown = again ?? (await agent.proof({ url, token: bound, nonce }));
    const {
      status,
      headers,
      body: text,
    } = await rawExchange(one.port, {
      headers: [
        ...JSON_HEADERS,
        ['Authorization', `DPoP ${bound}`],
        ['DPoP', shown],
        ...(session === undefined
          ? []
          : ([
              ['Mcp-Session-Id', session],
              ['Mcp-Protocol-Version', '2025-11-25'],
            ] as const)),
      ],
      body,
    });
    return { status, session: headers['mcp-session-id'], nonce: String(headers['dpop-nonce']), text, shown };
  };
  const [one, other] = replicas;
  const initialize = JSON.stringify({
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  });
  const opened = await exchange(one, undefined, initialize, await nonceFrom(one));
  expect(opened.status).toBe(200);
  const session = String(opened.session);
  let called = await exchange(other, session, callTool('echo'), opened.nonce);
  // A replica that has begun after the nonce was given out asks for one of its own time.
  if (called.status === 401) called = await exchange(other, session, callTool('echo'), called.nonce);
  expect(called).toMatchObject({ status: 200, text: expect.stringContaining('echo') });
  for (const at of replicas)
    expect(await exchange(at, session, callTool('echo'), '', called.shown)).toMatchObject({ status: 401 });
});
