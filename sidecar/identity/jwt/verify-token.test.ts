import { createHmac } from 'node:crypto';
import { base64url, exportSPKI, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { AUDIENCE, TestIssuer } from '../../testing/test-issuer.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { looksLikeJwt, verifyToken } from './verify-token.ts';

let issuer: TestIssuer;
let other: TestIssuer;
beforeAll(async () => {
  issuer = await TestIssuer.start();
  other = await TestIssuer.start();
});
afterAll(async () => {
  await issuer.close();
  await other.close();
});

const clock = { now: () => Date.now(), monotonic: () => performance.now() };

async function verify(token: string, said: Partial<BundleIssuer> = {}, now = Date.now()) {
  const trusted = issuer.trusted(said);
  const keys = new IssuerKeys(trusted, clock, () => {});
  const issuers = { find: (url: string) => (url === trusted.issuer ? { said: trusted, keys } : undefined) };
  const verdict = await verifyToken(token, issuers, now);
  keys.close();
  return verdict;
}

const encode = (value: unknown): string => base64url.encode(JSON.stringify(value));

describe('a token', () => {
  it('of a trusted issuer is about somebody, until it expires', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const verdict = await verify(await issuer.token({ exp, groups: ['staff'], scope: 'mcp' }));
    expect(verdict).toMatchObject({
      kind: 'known',
      principal: { kind: 'jwt', name: 'ada', groups: ['staff'], scopes: ['mcp'], issuer: issuer.url },
      until: exp * 1000 + 30_000,
    });
  });

  it.each(['JWT', 'at+jwt', 'application/AT+JWT', undefined])('may be of type %s', async (typ) => {
    expect(await verify(await issuer.token({}, { typ: typ as string }))).toMatchObject({ kind: 'known' });
  });

  it('may be bound to a key, which has to be shown then', async () => {
    const jkt = 'x'.repeat(43);
    for (const dpop of [{}, { dpop: 'Required' as const }])
      expect(await verify(await issuer.token({ cnf: { jkt } }), dpop)).toMatchObject({ confirmation: { jkt } });
    expect(await verify(await issuer.token())).toMatchObject({ confirmation: {} });
  });

  it('may be for several audiences', async () => {
    expect(await verify(await issuer.token({ aud: ['x', AUDIENCE] }))).toMatchObject({ kind: 'known' });
  });

  it('may be a little early or late', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await verify(await issuer.token({ exp: now - 20 }))).toMatchObject({ kind: 'known' });
    expect(await verify(await issuer.token({ nbf: now + 20 }))).toMatchObject({ kind: 'known' });
    expect(await verify(await issuer.token({ nbf: now + 60 }))).toMatchObject({ kind: 'invalid' });
  });
});

describe('an attack', () => {
  const refused = async (token: Promise<string> | string, why: string, said: Partial<BundleIssuer> = {}) =>
    expect(await verify(await token, said)).toEqual({ kind: 'invalid', why });

  it('by a token that has expired', () => refused(issuer.token({ exp: 1 }), 'it has expired'));
  it('by one without an end', () => refused(issuer.token({ exp: undefined }), 'its claim exp is not right'));
  it('by one for somebody else', () => refused(issuer.token({ aud: 'x' }), 'it was made for another audience'));
  it('by one for nobody', () => refused(issuer.token({ aud: undefined }), 'it was made for another audience'));
  it('by another issuer', () => refused(other.token(), 'its issuer is none that this server trusts'));
  it('by an issuer in the name of another', () => refused(other.token({ iss: issuer.url }), 'its signature is wrong'));
  it('by another type of token', () => refused(issuer.token({}, { typ: 'dpop+jwt' }), 'it is of another type'));
  it('by an algorithm that is not taken', () =>
    refused(issuer.token(), 'its algorithm is none that this server takes', { algorithms: ['RS256'] }));
  it.each(['jku', 'jwk', 'x5u', 'x5c'])('by its own word for its key: %s', (name) =>
    refused(issuer.token({}, { [name]: 'https://evil.example' }), `its header says where its key is (${name})`),
  );
  it('by something critical that nobody understands', () =>
    refused(
      issuer.token({}, { crit: ['https://example.com/made-up'], 'https://example.com/made-up': 1 }),
      'its header says that something is critical which is not known here',
    ));
  it('by a key that is none of its issuer', () =>
    refused(issuer.token({}, { kid: 'unheard-of' }), 'its key is none of its issuer'));

  it.each([null, 7])('by a key id that is no text: %s', (kid) =>
    refused(issuer.token({}, { kid: kid as never }), 'its key id (kid) is no text'),
  );
  it('by no signature', async () => {
    const [, payload = ''] = (await issuer.token()).split('.');
    await refused(`${encode({ alg: 'none' })}.${payload}.`, 'its algorithm is none that this server takes');
  });

  it('by a public key as a shared secret', async () => {
    const [, payload = ''] = (await issuer.token()).split('.');
    const { keys } = await issuer.jwks();
    const key = await importJWK(keys[0] ?? expect.fail(), 'ES256');
    if (key instanceof Uint8Array) expect.fail();
    const head = `${encode({ alg: 'HS256', kid: 'first' })}.${payload}`;
    const signature = createHmac('sha256', await exportSPKI(key))
      .update(head)
      .digest('base64url');
    await refused(`${head}.${signature}`, 'its algorithm is none that this server takes');
  });

  it('by changed claims', async () => {
    const [head = '', , signature = ''] = (await issuer.token()).split('.');
    const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'root', exp: Math.floor(Date.now() / 1000) + 60 };
    await refused(`${head}.${encode(claims)}.${signature}`, 'its signature is wrong');
  });

  it('by claims that stand twice', async () => {
    const [head = '', , signature = ''] = (await issuer.token()).split('.');
    const twice = base64url.encode(`{"iss":"${issuer.url}","aud":"${AUDIENCE}","sub":"ada","sub":"root"}`);
    await refused(`${head}.${twice}.${signature}`, 'it cannot be read');
  });

  it('by a token inside of another', async () => {
    const [head = '', , signature = ''] = (await issuer.token({}, { cty: 'JWT' })).split('.');
    await refused(`${head}.${base64url.encode(await issuer.token())}.${signature}`, 'it cannot be read');
  });

  it('by one that is issued in the future', () =>
    refused(issuer.token({ iat: Math.floor(Date.now() / 1000) + 60 }), 'it was issued in the future'));

  it('by one that is bound to what nobody can check', () =>
    refused(
      issuer.token({ cnf: { kid: 'somebody' } }),
      'it is bound to something that this server cannot check (cnf)',
    ));

  it('by one of an unencoded payload (b64)', async () => {
    const [, payload = '', signature = ''] = (await issuer.token()).split('.');
    const head = encode({ alg: 'ES256', kid: 'first', b64: false, crit: ['b64'] });
    await refused(
      `${head}.${payload}.${signature}`,
      'its header says that something is critical which is not known here',
    );
  });

  it('by one that is bound to no key where all have to be', () =>
    refused(issuer.token(), 'it is bound to no key, and this server takes only those of its issuer that are (DPoP)', {
      dpop: 'Required',
    }));

  it('by size', () => refused(`${'e'.repeat(13_000)}.a.b`, 'it is longer than 12000 characters'));
  it.each(['ey.ey.ey', 'eyJ9.eyJ9.', `${encode([])}.${encode([])}.x`])('by nonsense: %s', (token) =>
    refused(token, 'it cannot be read'),
  );
});

it('nobody is to blame for an issuer that is away', async () => {
  const keys = { url: `${issuer.url}/nowhere` };
  expect(await verify(await issuer.token(), { keys })).toEqual({ kind: 'unavailable', issuer: issuer.url });
});

it('keys may stand in the policy', async () => {
  const set = await issuer.jwks();
  const away = { issuer: 'https://login.example.com', keys: { set } };
  expect(await verify(await issuer.token({ iss: away.issuer }), away)).toMatchObject({ kind: 'known' });
});

it.each([
  ['a.b.c', false],
  ['eyJ.eyJ.sig', true],
  ['eyJ.eyJ.', true],
  ['eyJ.eyJ', false],
  ['slp_eyJhbGciOiJub25lIn0', false],
])('%s looks like one: %s', (token, is) => expect(looksLikeJwt(token)).toBe(is));
