import { describe, expect, it } from 'vitest';
import { DpopClient } from '../../testing/dpop-client.ts';
import { readJws } from '../jws.ts';
import { PROOF_ALGORITHMS, readProofKey } from './public-key.ts';

const ASKED = { url: 'https://mcp.example.com/mcp', token: 'a' };

describe.each(PROOF_ALGORITHMS)('a key for %s', (alg) => {
  it('is known by its thumbprint, and by what it has signed', async () => {
    const client = await DpopClient.start(alg);
    const jws = readJws(await client.proof(ASKED)) ?? expect.fail();
    const key = readProofKey(alg, client.jwk);
    if (typeof key === 'string') expect.fail(key);
    expect(key.thumbprint).toBe(client.thumbprint);
    expect(key.hasSigned(jws.signed, jws.signature)).toBe(true);
    expect(key.hasSigned(`${jws.signed}x`, jws.signature)).toBe(false);
    expect(key.hasSigned(jws.signed, jws.signature.subarray(0, -1))).toBe(false);
    expect(key.hasSigned(jws.signed, Buffer.alloc(0))).toBe(false);
  });
});

it('has one thumbprint, whatever else is said of it', async () => {
  const { jwk, thumbprint } = await DpopClient.start();
  expect(readProofKey('ES256', { ...jwk, kid: 'x', use: 'enc', alg: 'none' })).toMatchObject({ thumbprint });
});

const { jwk: ec } = await DpopClient.start();
const { jwk: okp } = await DpopClient.start('EdDSA');
const rsa = await DpopClient.start('RS256');

it.each([
  ['a private key', 'ES256', await (await DpopClient.start()).privateJwk(), 'private'],
  ['a private RSA key', 'RS256', await rsa.privateJwk(), 'private'],
  ['a shared secret', 'HS256', { kty: 'oct', k: 'c2VjcmV0' }, 'algorithm'],
  ['a public key as a shared secret', 'HS256', ec, 'algorithm'],
  ['no algorithm', 'none', ec, 'algorithm'],
  ['a name that objects have', 'constructor', ec, 'algorithm'],
  ['no text for an algorithm', 7, ec, 'algorithm'],
  ['no key', 'ES256', undefined, 'no key'],
  ['a list', 'ES256', [ec], 'no key'],
  ['a key of another kind', 'ES256', okp, 'kind'],
  ['a key of another curve', 'ES384', ec, 'kind'],
  ['a key for agreements', 'EdDSA', { ...okp, crv: 'X25519' }, 'kind'],
  ['half of a key', 'ES256', { ...ec, y: undefined }, 'whole'],
  ['a point that is not on the curve', 'ES256', { ...ec, x: ec.y, y: ec.x }, 'none'],
  ['a number in another spelling', 'ES256', { ...ec, x: `${ec.x}=` }, 'none'],
  ['a short RSA key', 'RS256', { kty: 'RSA', e: 'AQAB', n: 'sXch'.repeat(40) }, 'short'],
  ['an RSA key without end', 'RS256', { kty: 'RSA', e: 'AQAB', n: 'sXch'.repeat(400) }, 'long'],
  ['an exponent without end', 'RS256', { ...rsa.jwk, e: 'AQAB'.repeat(100) }, 'long'],
])('is not %s', (_what, alg, jwk, why) => expect(readProofKey(alg, jwk)).toContain(why));
