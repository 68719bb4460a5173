import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { TokenEndpoint as TestEndpoint, answerJson } from '../../../testing/token-endpoint.ts';
import { type Client, TokenEndpoint } from './ask-endpoint.ts';
import type { Question } from './question.ts';

const SECRET = { secret: 'ledger-idp', key: 'secret' };

let server: TestEndpoint;
let clock: FakeClock;
beforeEach(async () => {
  server = await TestEndpoint.start();
  clock = new FakeClock();
});
afterEach(() => server.close());

const endpointOf = (more: Partial<Client> = {}) =>
  new TokenEndpoint(
    { of: { url: server.url }, clientId: 'the gate', proof: { secret: SECRET, sentIn: 'Header' }, ...more },
    clock,
  );
const question = (): Question => ({
  grantType: 'client_credentials',
  parameters: new URLSearchParams({ scope: 'read' }),
  exchanges: false,
});
const ask = (endpoint = endpointOf(), secret = 'p%ss:word') => endpoint.ask(question(), secret);
const sent = () => Object.fromEntries(server.asked.at(-1)?.form ?? []);
const failed = (why: string) => ({ kind: 'failed', why: expect.stringContaining(why) as string });

describe('a client shows who it is', () => {
  it('by a secret in the header, form-encoded (RFC 6749 §2.3.1)', async () => {
    expect(await ask()).toEqual({ kind: 'issued', token: 'issued-token-1', forMs: 300_000 });
    const authorization = server.asked[0]?.headers.authorization ?? '';
    expect(Buffer.from(authorization.slice('Basic '.length), 'base64').toString()).toBe('the+gate:p%25ss%3Aword');
    expect(sent()).toEqual({ grant_type: 'client_credentials', scope: 'read' });
  });

  it('or in the body', async () => {
    await ask(endpointOf({ proof: { secret: SECRET, sentIn: 'Body' } }));
    expect(sent()).toMatchObject({ client_id: 'the gate', client_secret: 'p%ss:word' });
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
  ])('or by what it signs: %s (RFC 7523 §2.2)', async (alg, pair) => {
    const { privateKey, publicKey } = pair();
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await ask(endpointOf({ proof: { privateKey: SECRET, keyId: 'k1' } }), pem);
    const { client_assertion: assertion = '', client_assertion_type: type } = sent();
    expect(type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg, kid: 'k1' });
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'the gate', sub: 'the gate', aud: server.url });
    await jwtVerify(assertion, await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), alg));
  });

  it('or by what somebody else has signed', async () => {
    await ask(endpointOf({ proof: { assertion: SECRET } }), 'a-token-of-the-pod');
    expect(sent()).toMatchObject({
      client_id: 'the gate',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'a-token-of-the-pod',
    });
  });

  it.each([
    ['no key', 'not a key of mine'],
    [
      'one that signs nothing here',
      generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
  ])('not by %s, and it is not quoted', async (_, pem) => {
    const answer = await ask(endpointOf({ proof: { privateKey: SECRET, keyId: null } }), pem);
    expect(answer).toEqual(failed('write it as PEM'));
    expect([server.asked, JSON.stringify(answer)]).toEqual([[], expect.not.stringContaining(pem.slice(0, 20))]);
  });
});

describe('an endpoint', () => {
  const byIssuer = () => endpointOf({ of: { issuer: server.origin } });
  const metadata = (more: object) => {
    server.serve = ({ path }, response) => {
      if (path === '/token') answerJson(response, 200, { access_token: 'a-good-token', token_type: 'Bearer' });
      else answerJson(response, 200, { issuer: server.origin, ...more });
    };
  };
  const paths = () => server.asked.splice(0).map(({ path }) => path);
  const FOUND = ['/.well-known/openid-configuration', '/token'];

  it('is found by the metadata of the issuer, and looked for again after an hour or a failure', async () => {
    metadata({ token_endpoint: server.url });
    const endpoint = byIssuer();
    expect(await ask(endpoint)).toMatchObject({ kind: 'issued' });
    expect(paths()).toEqual(FOUND);
    await ask(endpoint);
    expect(paths()).toEqual(['/token']);
    clock.advance(3_600_000);
    await ask(endpoint);
    expect(paths()).toEqual(FOUND);
    server.answers(500, {});
    await ask(endpoint);
    expect(paths()).toEqual(['/token']);
    metadata({ token_endpoint: server.url });
    await ask(endpoint);
    expect(paths()).toEqual(FOUND);
  });

  it.each([
    ['names none', {}, 'names no token_endpoint'],
    ['names a file', { token_endpoint: 'file:///etc/passwd' }, 'names no token_endpoint'],
    ['is of another issuer', { issuer: 'https://evil.example' }, 'is of issuer'],
  ])('is asked nothing where the metadata %s', async (_, said, why) => {
    metadata(said);
    expect(await ask(byIssuer())).toEqual(failed(why));
    expect(paths()).not.toContain('/token');
  });

  it('that is away has no answer', async () => {
    expect(await ask(endpointOf({ of: { url: 'http://127.0.0.1:1023/token' } }))).toEqual(failed('ECONNREFUSED'));
  });

  it.each<[string, () => void, string]>([
    ['breaks off', () => (server.serve = (_, response) => response.destroy()), 'could not be asked'],
    ['sends a flood', () => server.answers(200, { access_token: 'x'.repeat(70_000) }), 'more than 65536 bytes'],
    ['sends elsewhere', () => server.answers(307, {}, { location: `${server.origin}/steal` }), 'with status 307'],
    [
      'asks for a password',
      () => server.answers(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="x"' }),
      'answered with status 401 and invalid_client',
    ],
    ['shows a page', () => server.answers(200, '<p>', { 'content-type': 'text/html' }), 'not application/json'],
  ])('that %s is not believed', async (_, breaks, why) => {
    breaks();
    expect(await ask()).toEqual(failed(why));
    expect(server.asked).toHaveLength(1);
  });

  it('that is slow is waited for five seconds', { timeout: 15_000 }, async () => {
    server.serve = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    const begun = performance.now();
    expect(await ask()).toEqual(failed('it did not answer within 5 seconds'));
    expect(performance.now() - begun).toBeGreaterThan(4_500);
  });
});
