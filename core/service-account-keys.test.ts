import { expect, it } from 'vitest';
import { readServiceAccountKeys, serviceAccountKeysText } from './service-account-keys.ts';

const issuer = 'https://kubernetes.default.svc';
const rsa = { kty: 'RSA', kid: 'b', alg: 'RS256', use: 'sig', n: 'AQ', e: 'AQAB' };
const ec = { kty: 'EC', kid: 'a', crv: 'P-256', x: 'AQ', y: 'Ag' };

it('come back as they were', () => {
  expect(readServiceAccountKeys(serviceAccountKeysText({ issuer, keys: [ec] }))).toEqual({ issuer, keys: [ec] });
});

it('are one text in whichever order the API server lists them', () => {
  expect(serviceAccountKeysText({ issuer, keys: [rsa, ec] })).toBe(serviceAccountKeysText({ issuer, keys: [ec, rsa] }));
});

it('never have a private part, whatever was listed', () => {
  expect(serviceAccountKeysText({ issuer, keys: [{ ...ec, d: 'secret', k: 'secret' }] })).not.toContain('secret');
});

it.each(['', '{', '{}', '[]', '{"issuer":"","keys":[{}]}', '{"issuer":"a","keys":[]}', '{"issuer":"a","keys":[1]}'])(
  'are none in %j',
  (text) => expect(readServiceAccountKeys(text)).toBeUndefined(),
);
