/** Tokens that the gate fetches for its server: from a certified OpenID provider, and from endpoints that fail. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MCPServerInput } from '../../core/api/mcp-server.ts';
import { TokenEndpoint, answerJson } from '../../sidecar/testing/token-endpoint.ts';
import type { SecretStore } from '../../sidecar/upstream/credentials/store.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type ExchangeProvider, GATE_CLIENT, startExchangeProvider } from '../support/exchange-provider.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { modernHeaders, modernRequest, outcomeIn } from '../support/messages.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

type From = NonNullable<NonNullable<MCPServerInput['spec']['upstream']>['credentials']>[number]['from'];

const { use } = cleanupAfterAll();
const LEDGER = 'https://ledger.example.com';
const CLIENT_SECRET = { secretName: 'ledger-idp', key: 'client-secret' };

const texts: Record<string, string> = { 'client-secret': GATE_CLIENT.client_secret };
const secrets: SecretStore = {
  version: 0,
  read: (_secret, key) => ({ text: texts[key] ?? '' }),
};

interface Seen {
  readonly method: string;
  readonly authorization: string | undefined;
}

/** Answers each call with what it was shown, as a careless server does. */
async function startServer() {
  const seen: Seen[] = [];
  const server = {
    seen,
    url: '',
    answer: (request: IncomingMessage, response: ServerResponse, id: unknown): void => {
      const text = `you came with ${request.headers.authorization ?? 'nothing'}`;
      const result = { resultType: 'complete', content: [{ type: 'text', text }] };
      answerJson(response, 200, { jsonrpc: '2.0', id, result });
    },
    close: async () => {
      listener.closeAllConnections();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
  const listener = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: unknown; method?: string };
      seen.push({ method: method ?? '', authorization: request.headers.authorization });
      server.answer(request, response, id);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  server.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`;
  return server;
}

const call = (gate: TestGate, token?: string) =>
  rawExchange(gate.port, {
    headers: [
      ...modernHeaders('tools/call', 'pay'),
      ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as [string, string]]),
    ],
    body: modernRequest('tools/call', { name: 'pay', arguments: {} }),
  });
const policy = (from: From, access: MCPServerInput['spec']['access'], spec: PackSpec = ALLOW_ALL) =>
  policyOf(spec, access, { credentials: [{ name: 'ledger', header: 'Authorization', prefix: 'Bearer ', from }] });

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await use(startServer());
});
beforeEach(() => void server.seen.splice(0));

describe('with a provider', { tags: ['no-passthrough'] }, () => {
  let provider: ExchangeProvider;
  let gate: TestGate;
  beforeAll(async () => {
    provider = await use(startExchangeProvider());
    gate = await use(startGate({ upstream: server.url, clients: { agent: 'sp_agent' }, secrets }));
    provider.resources.add(gate.url).add(LEDGER);
    texts['key.pem'] = provider.signingKey;
  });
  beforeEach(() => void provider.asked.splice(0));
  const asking = () => ({ issuer: provider.url, clientId: GATE_CLIENT.client_id, resources: [LEDGER] });
  const shown = () => server.seen.at(-1)?.authorization?.slice('Bearer '.length) ?? '';
  const trusting = () => ({ jwt: [{ issuer: provider.url, audiences: [gate.url] }] });
  const exchange = (more: object = {}) => ({
    tokenExchange: { ...asking(), clientSecret: CLIENT_SECRET, scopes: ['ledger.read'], ...more },
  });

  it.each<[string, () => object]>([
    ['a secret', () => ({ clientSecret: CLIENT_SECRET })],
    ['a secret in the body', () => ({ clientSecret: CLIENT_SECRET, sendSecretIn: 'Body' })],
    [
      'a key',
      () => ({ clientId: 'ledger-gate-signed', privateKey: { secretName: 'x', key: 'key.pem' }, keyId: 'gate-1' }),
    ],
  ])('the server sees a token that the gate has got with %s, once for all calls', async (_, proof) => {
    const clientCredentials = {
      ...asking(),
      scopes: ['ledger.read'],
      ...proof(),
    } as NonNullable<From>['clientCredentials'];
    gate.setPolicy(policy({ clientCredentials }, { tokens: { secretName: 'clients' } }));
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(gate, 'sp_agent')));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(await provider.verify(shown(), LEDGER)).toMatchObject({ scope: 'ledger.read' });
    expect(new Set(server.seen.map(({ authorization }) => authorization)).size).toBe(1);
    expect(provider.asked).toEqual([{ grantType: 'client_credentials', status: 200 }]);
    // What the server says of it does not come back.
    for (const { body } of answers) expect(body).toMatch(/you came with Bearer \*+"/);
  });

  it('the token of a caller is exchanged for one that says who calls and through whom', async () => {
    texts['actor'] = await provider.agentToken('bob', gate.url);
    gate.setPolicy(policy(exchange({ actorToken: { secretName: 'ledger-idp', key: 'actor' } }), trusting()));
    const ada = await provider.agentToken('ada', gate.url);
    const { status, body } = await call(gate, ada);
    expect(status).toBe(200);
    const said = await provider.verify(shown(), LEDGER);
    expect(said).toMatchObject({ sub: 'ada', client_id: 'ledger-gate', act: { sub: 'bob' }, scope: 'ledger.read' });
    expect([body.includes(shown()), body.includes(ada), shown() === ada]).toEqual([false, false, false]);
  });

  it('each caller has one of their own', async () => {
    gate.setPolicy(policy(exchange(), trusting()));
    const [ada, bob] = [await provider.agentToken('ada', gate.url), await provider.agentToken('bob', gate.url)];
    provider.asked.splice(0);
    const subjects: unknown[] = [];
    for (const token of [ada, bob, ada]) {
      await call(gate, token);
      subjects.push((await provider.verify(shown(), LEDGER)).sub);
    }
    expect([subjects, provider.asked.length]).toEqual([['ada', 'bob', 'ada'], 2]);
  });

  it('whoever has no token to exchange is refused before anything is sent', async () => {
    gate.setPolicy(policy(exchange(), { ...trusting(), tokens: { secretName: 'clients' }, anonymous: true }));
    for (const token of ['sp_agent', undefined]) {
      const { body } = await call(gate, token);
      expect(outcomeIn(body)[1]).toContain('you have shown none that can be exchanged');
    }
    expect([server.seen, provider.asked]).toEqual([[], []]);
    expect((await gate.decisions()).at(-1)).toMatchObject({ decision: { reason: 'no-credentials' } });
  });

  it('whose token is not exchanged is refused, and not asked for another one', async () => {
    gate.setPolicy(policy(exchange(), trusting()));
    provider.declined.add('bob');
    const token = await provider.agentToken('bob', gate.url);
    const { status, headers, body } = await call(gate, token);
    expect(outcomeIn(body)[1]).toContain('the authorization server says no to it');
    expect([status === 401, headers['www-authenticate'], server.seen]).toEqual([false, undefined, []]);
    provider.declined.delete('bob');
  });
});

describe('with an endpoint that fails', () => {
  let endpoint: TokenEndpoint;
  let gate: TestGate;
  beforeEach(async () => {
    endpoint = await use(TokenEndpoint.start());
    gate = await use(startGate({ upstream: server.url, secrets, policy: fetching() }));
  });
  const fetching = (spec?: PackSpec) =>
    policy(
      { clientCredentials: { tokenUrl: endpoint.url, clientId: 'ledger-gate', clientSecret: CLIENT_SECRET } },
      { anonymous: true },
      spec,
    );

  it.each<[string, () => void]>([
    ['is wrong', () => endpoint.answers(200, '<p>Log in', { 'content-type': 'text/html' })],
    ['is away', () => (endpoint.serve = (_, response) => response.destroy())],
    ['knows nobody', () => endpoint.answers(401, { error: 'invalid_client' })],
  ])('that %s the caller is told to come back, and the server hears nothing', async (_, fails) => {
    fails();
    const { status, headers, body } = await call(gate);
    expect([status, Number(headers['retry-after']) > 0, server.seen]).toEqual([503, true, []]);
    expect(outcomeIn(body)[1]).toContain('the gate could not fetch ledger');
    const asked = endpoint.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => call(gate)));
    expect(endpoint.asked).toHaveLength(asked);
    endpoint.answers(200, { access_token: 'a-good-token', token_type: 'Bearer', expires_in: 300 });
    await eventually('it is asked again', async () => (await call(gate)).status === 200, 5_000);
  });

  it('that is slow nobody is waited for who has left', async () => {
    const held: (() => void)[] = [];
    endpoint.serve = (_, response) =>
      void held.push(() => answerJson(response, 200, { access_token: 'a-good-token', token_type: 'Bearer' }));
    const leaving = new AbortController();
    const left = fetch(gate.url, {
      method: 'POST',
      headers: Object.fromEntries(modernHeaders('tools/call', 'pay')),
      body: modernRequest('tools/call', { name: 'pay', arguments: {} }),
      signal: leaving.signal,
    });
    const stays = call(gate);
    await eventually('the endpoint is asked', () => held.length > 0 && gate.gate.openCalls.size === 2);
    leaving.abort();
    await expect(left).rejects.toThrow();
    await eventually('it is let go', () => gate.gate.openCalls.size === 1);
    for (const answer of held) answer();
    expect((await stays).status).toBe(200);
    expect([server.seen.length, endpoint.asked.length, gate.gate.openCalls.size]).toEqual([1, 1, 0]);
  });

  it('a held call asks when it is sent, and not before', async () => {
    gate.setPolicy(fetching({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: {} }] }));
    const held = call(gate);
    const approval = await eventually('it is held', () => gate.approvals.list()[0]);
    expect(endpoint.asked).toEqual([]);
    gate.approvals.decide(approval.name, 'Approved', 'ada', undefined);
    expect((await held).status).toBe(200);
    expect(server.seen.at(-1)?.authorization).toBe('Bearer issued-token-1');
  });
});
