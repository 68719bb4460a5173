import { expect, it } from 'vitest';
import { DpopClient } from '../../testing/dpop-client.ts';
import { readProof, tokenDigestOf } from './proof.ts';

const client = await DpopClient.start();
const ASKED = { url: 'https://mcp.example.com/mcp', token: 'abc', nonce: 'n' };

it('says of which request it is, of which token, and by which key', async () => {
  const proof = readProof(await client.proof(ASKED, { jti: 'one' }));
  if (typeof proof === 'string') expect.fail(proof);
  const { id, method, url, tokenDigest, nonce, key } = proof;
  expect({ id, method, url, nonce }).toEqual({ id: 'one', method: 'POST', url: ASKED.url, nonce: 'n' });
  expect(tokenDigest).toBe(tokenDigestOf('abc'));
  expect(key.thumbprint).toBe(client.thumbprint);
  expect(proof.isSigned()).toBe(true);
});

it('is not signed when somebody has changed a letter of it', async () => {
  const text = await client.proof(ASKED);
  const proof = readProof(text.replace(/.{20}$/, 'A'.repeat(20)));
  if (typeof proof === 'string') expect.fail(proof);
  expect(proof.isSigned()).toBe(false);
});

it.each([
  ['longer than a proof is', {}, { kid: 'x'.repeat(6_000) }, 'longer'],
  ['of another type', {}, { typ: 'at+jwt' }, 'type'],
  ['without a type', {}, { typ: undefined }, 'type'],
  [
    'with something critical',
    {},
    { crit: ['https://example.com/made-up'], 'https://example.com/made-up': 1 },
    'critical',
  ],
  ['without a key', {}, { jwk: undefined }, 'jwk'],
  ['without an id', { jti: undefined }, {}, 'jti'],
  ['with an empty id', { jti: '' }, {}, 'jti'],
  ['with an id without end', { jti: 'x'.repeat(257) }, {}, 'jti'],
  ['of no method', { htm: undefined }, {}, 'htm'],
  ['of no URL', { htu: 7 }, {}, 'htu'],
  ['of no time', { iat: undefined }, {}, 'iat'],
  ['of a token that is no text', { ath: 7 }, {}, 'ath'],
  ['with a nonce that is no text', { nonce: 7 }, {}, 'nonce'],
])('is none when it is %s', async (_what, claims, header, why) => {
  expect(readProof(await client.proof(ASKED, claims, header))).toContain(why);
});

it.each(['', 'abc', 'a.b.c', 'eyJ.eyJ.sig, eyJ.eyJ.sig'])('is none when it is %j', (text) => {
  expect(readProof(text)).toBe('it is no signed JSON Web Token');
});
