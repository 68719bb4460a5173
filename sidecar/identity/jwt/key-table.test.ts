import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { KeyTable, NO_KEYS } from './key-table.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' };
const other = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid: 'two' };

it('has no key for anybody where there are none', () => {
  expect([NO_KEYS.verifying, NO_KEYS.has('one'), NO_KEYS.signer('one')]).toEqual([undefined, false, undefined]);
});

it('finds the key of a token', async () => {
  const token = await new SignJWT({ sub: 'a' }).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(pair.privateKey);
  const { verifying } = new KeyTable([other, jwk]);
  if (verifying === undefined) throw new Error('there is no key');
  expect((await jwtVerify(token, verifying)).payload.sub).toBe('a');
});

it('knows a key again by what it is, and not by what is said of it', () => {
  const { use, ...said } = { ...jwk, use: 'sig' };
  expect(use).toBe('sig');
  expect(new KeyTable([said]).signer('one')).toBe(new KeyTable([jwk]).signer('one'));
  expect(new KeyTable([{ ...other, kid: 'one' }]).signer('one')).not.toBe(new KeyTable([jwk]).signer('one'));
  expect(new KeyTable([jwk, other]).signer(undefined)).not.toBe(new KeyTable([jwk]).signer(undefined));
});
