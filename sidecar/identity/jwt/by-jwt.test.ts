import { expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../../testing/no-jwts.ts';
import { byJwt } from './by-jwt.ts';
import type { Verdict } from './verify-token.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln';
const trusting = policyOf(ALLOW_ALL, { jwt: [{ issuer: 'https://login.example.com', audiences: ['a'] }] });
const trustingNobody = policyOf(ALLOW_ALL);

function shown(authorization: string | undefined, verdict: Verdict | undefined, policy = trusting) {
  const jwts = { ...NO_JWTS, look: () => verdict };
  const parts = {
    policy: { current: () => policy },
    clock: new FakeClock(),
    tokens: { find: () => undefined },
    jwts,
    accounts: NO_ACCOUNTS,
    possession: NO_POSSESSION,
  };
  return byJwt({ httpMethod: 'POST', headers: { authorization }, peer: undefined }, policy, parts);
}

const INVALID: Verdict = { kind: 'invalid', why: 'it has expired' };

it.each([
  ['no token', undefined, trusting],
  ['a token that is none of an issuer', 'Bearer abc', trusting],
  ['any token where no issuer is trusted', `Bearer ${TOKEN}`, trustingNobody],
])('has nothing to say of %s', (_what, authorization, policy) => {
  expect(shown(authorization, INVALID, policy)).toBeUndefined();
});

it('refuses what was found to be wrong, and says why', () => {
  expect(shown(`Bearer ${TOKEN}`, INVALID)).toMatchObject({
    reason: 'unauthenticated',
    message: expect.stringContaining('it has expired'),
  });
});

it.each([
  ['could not be verified', { kind: 'unavailable', issuer: 'https://login.example.com' } as const],
  ['nobody has looked at', undefined],
])('does not blame whoever sent what %s', (_what, verdict) => {
  expect(shown(`Bearer ${TOKEN}`, verdict)).toMatchObject({ reason: 'identity-unavailable' });
});
