/**
 * Attacks on who somebody is: forged and stolen tokens, the confused deputy, sessions of others, names that lead elsewhere. Each is one
 * exchange with a gate that takes tokens of an issuer; none reaches the server but those that are no attack at all.
 */
import { createHmac } from 'node:crypto';
import { base64url, exportSPKI, importJWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUDIENCE, TestIssuer } from '../../sidecar/testing/test-issuer.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { callTool, legacyHeaders, modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { type RawRequest, type RawResponse, rawExchange } from '../support/raw-http.ts';
import { bearer, openSession } from '../support/session.ts';

const { use } = cleanupAfterAll();
let issuer: TestIssuer;
let fixture: FixtureServer;
let gate: TestGate;
let good: string;
beforeAll(async () => {
  issuer = await use(TestIssuer.start());
  fixture = await use(startFixture());
  const access = { jwt: [{ issuer: issuer.url, audiences: [AUDIENCE] }] };
  gate = await use(startGate({ upstream: fixture.url, policy: policyOf(ALLOW_ALL, access) }));
  good = await issuer.token();
});
beforeEach(() => {
  fixture.seen.length = 0;
  issuer.asked.length = 0;
});

type Header = readonly [name: string, value: string];

/** A call of the revision without sessions: whoever is known gets its answer. */
const call = (headers: readonly Header[], more: RawRequest = {}): Promise<RawResponse> =>
  rawExchange(gate.port, {
    headers: [...modernHeaders('tools/call', 'echo'), ...headers],
    body: modernRequest('tools/call', { name: 'echo', arguments: {} }),
    ...more,
  });

async function refused(answer: Promise<RawResponse>, status: number, says: RegExp): Promise<RawResponse> {
  const response = await answer;
  expect([response.status, `${response.headers['www-authenticate']} ${response.body}`]).toEqual([
    status,
    expect.stringMatching(says),
  ]);
  expect(fixture.seen).toEqual([]);
  return response;
}

const encode = (value: unknown): string => base64url.encode(JSON.stringify(value));
const partsOf = (token: string): string[] => token.split('.');

describe('a forged token', { tags: ['identity'] }, () => {
  /** The public key is no secret: whoever signs with it as one is believed by those who let a token choose its algorithm. */
  async function byPublicKey(): Promise<string> {
    const [jwk] = (await issuer.jwks()).keys;
    const key = await importJWK(jwk ?? expect.fail(), 'ES256', { extractable: true });
    if (key instanceof Uint8Array) return expect.fail();
    const head = `${encode({ alg: 'HS256', kid: 'first' })}.${partsOf(good)[1]}`;
    return `${head}.${createHmac('sha256', await exportSPKI(key))
      .update(head)
      .digest('base64url')}`;
  }
  const withHeader = (header: object) => async () => issuer.token({}, header);
  const withPayload = (payload: () => string) => async () => {
    const [head, , signature] = partsOf(good);
    return `${head}.${base64url.encode(payload())}.${signature}`;
  };

  it.each<[name: string, token: () => Promise<string>, why: RegExp]>([
    ['made for another audience', async () => issuer.token({ aud: 'https://other.example.com' }), /another audience/],
    ['signed by a public key as the secret of HMAC', byPublicKey, /its algorithm is none that this server takes/],
    ['with alg none', async () => `${encode({ alg: 'none' })}.${partsOf(good)[1]}.`, /its algorithm is none/],
    ['with alg NONE', async () => `${encode({ alg: 'NONE' })}.${partsOf(good)[1]}.eA`, /its algorithm is none/],
    ['whose kid is a path', withHeader({ kid: '../../../../dev/null' }), /its key is none of its issuer/],
    ['whose kid is a query', withHeader({ kid: "x' UNION SELECT 'secret" }), /its key is none of its issuer/],
    ['whose kid is a name that every object has', withHeader({ kid: '__proto__' }), /its key is none of its issuer/],
    ['that brings its key (jwk)', withHeader({ jwk: { kty: 'oct', k: 'eA' } }), /where its key is \(jwk\)/],
    ['that says where its key is (jku)', withHeader({ jku: 'https://evil.example/k' }), /where its key is \(jku\)/],
    ['that says where its key is (x5u)', withHeader({ x5u: 'https://evil.example/k' }), /where its key is \(x5u\)/],
    ['too large', async () => issuer.token({ padding: 'x'.repeat(11_000) }), /longer than 12000 characters/],
    ['with another token inside', withPayload(() => good), /it cannot be read/],
    [
      'with a claim that stands twice',
      withPayload(() => `{"iss":"${issuer.url}","aud":"${AUDIENCE}","exp":9999999999,"sub":"ada","sub":"root"}`),
      /it cannot be read/,
    ],
    [
      'with other claims than were signed',
      withPayload(() => `{"iss":"${issuer.url}","aud":"${AUDIENCE}","exp":9999999999,"sub":"root"}`),
      /its signature is wrong/,
    ],
  ])('%s is refused', async (_name, token, why) => {
    const { headers } = await refused(call([bearer(await token())]), 401, why);
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
    // Nothing was asked for that a token names: not its key, and no place but the issuer's own.
    expect(issuer.asked.filter((path) => path !== '/keys' && !path.startsWith('/.well-known/'))).toEqual([]);
  });
});

describe('how a token is sent', () => {
  it.each<[name: string, headers: () => Header[]]>([
    ['in two headers', () => [bearer(good), bearer(good)]],
    ['in two headers, with another scheme in front', () => [['Authorization', 'Basic eDp5'], bearer(good)]],
  ])('%s is refused: one may be checked, and the other believed', async (_name, headers) => {
    await refused(call(headers()), 400, /stands twice: authorization/);
  });

  it.each<[name: string, target: () => string]>([
    ['access_token', () => `/mcp?access_token=${good}`],
    ['token', () => `/mcp?token=${good}`],
  ])('in the query (%s) counts for nothing: it would stand in logs', async (_name, target) => {
    const { status } = await call([], { target: target() });
    expect([400, 401, 404]).toContain(status);
    expect(fixture.seen).toEqual([]);
  });

  it('in the body counts for nothing', async () => {
    const headers: Header[] = [['Content-Type', 'application/x-www-form-urlencoded']];
    const { status } = await rawExchange(gate.port, { headers, body: `access_token=${good}` });
    expect([401, 415]).toContain(status);
    expect(fixture.seen).toEqual([]);
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])('behind the scheme %s it counts (RFC 9110 §11.1)', async (scheme) => {
    expect((await call([['Authorization', `${scheme} ${good}`]])).status).toBe(200);
  });

  it.each<[name: string, value: () => string, status: number]>([
    ['several blanks', () => `Bearer   ${good}`, 200],
    ['blanks around', () => `  Bearer ${good}  `, 200],
    ['a tab in place of the blank', () => `Bearer\t${good}`, 401],
    ['a blank inside', () => `Bearer ${good.slice(0, 20)} ${good.slice(20)}`, 401],
    ['no blank', () => `Bearer${good}`, 401],
    ['a comma and another one', () => `Bearer ${good}, Bearer ${good}`, 401],
    ['quotes', () => `Bearer "${good}"`, 401],
  ])('with %s', async (_name, value, status) => {
    expect((await call([['Authorization', value()]])).status).toBe(status);
    expect(fixture.seen).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('the confused deputy', () => {
  it(
    'is not the gate: the token of a caller never reaches the server, in no header and no body',
    { tags: ['no-passthrough'] },
    async () => {
      expect((await call([bearer(good), ['X-Kept', 'yes']])).status).toBe(200);
      expect(fixture.seen.at(-1)?.headers).toMatchObject({ 'x-kept': 'yes' });
      const seen = JSON.stringify(fixture.seen);
      for (const part of partsOf(good)) expect(seen).not.toContain(part);
      expect(fixture.seen.at(-1)?.headers).not.toHaveProperty('authorization');
    },
  );

  it(
    'is not the session: its id is nothing without the token of whoever began it',
    { tags: ['owned-handles'] },
    async () => {
      const session = await openSession(gate, good);
      const of = async (sub: string) => [...legacyHeaders(session), bearer(await issuer.token({ sub }))];
      const body = callTool('echo');
      fixture.seen.length = 0;
      await refused(rawExchange(gate.port, { headers: await of('bob'), body }), 404, /Session not found/);
      await refused(rawExchange(gate.port, { headers: legacyHeaders(session), body }), 401, /realm="sallyport"/);
      expect((await rawExchange(gate.port, { headers: await of('ada'), body })).status).toBe(200);
    },
  );
});

describe('a page whose name leads to the gate (DNS rebinding)', { tags: ['browsers'] }, () => {
  it.each<[name: string, headers: Header[], says: RegExp]>([
    ['by its Origin', [['Origin', 'http://evil.example.com']], /origin/i],
    ['by an Origin without one', [['Origin', 'null']], /origin/i],
    ['by its Host', [['Host', 'evil.example.com']], /host/i],
    [
      'by both, which agree',
      [
        ['Host', 'evil.example.com'],
        ['Origin', 'http://evil.example.com'],
      ],
      /host|origin/i,
    ],
  ])('is refused %s, whatever token it has', async (_name, headers, says) => {
    await refused(call([...headers, bearer(good)]), 403, says);
  });
});

it('none of it is on record with the token', async () => {
  await call([bearer(good)]);
  const lines = JSON.stringify(await gate.decisions(1));
  for (const part of partsOf(good)) expect(lines).not.toContain(part);
});
