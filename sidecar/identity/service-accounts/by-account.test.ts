import { expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../../testing/no-jwts.ts';
import type { Verdict } from '../jwt/verify-token.ts';
import { byAccount } from './by-account.ts';

const policy = policyOf(ALLOW_ALL);

function shown(verdict: Verdict | undefined, isMine = true, authorization: string | undefined = 'Bearer eyJ.e30.c2ln') {
  const accounts = { ...NO_ACCOUNTS, isMine: () => isMine, find: () => verdict };
  const others = { tokens: { find: () => undefined }, jwts: NO_JWTS, possession: NO_POSSESSION };
  const parts = { policy: { current: () => policy }, clock: new FakeClock(), accounts, ...others };
  return byAccount({ httpMethod: 'POST', headers: { authorization }, peer: undefined }, policy, parts);
}

it('has nothing to say of a token of somebody else, nor of none', () => {
  expect(shown(undefined, false)).toBeUndefined();
  expect(shown(undefined, true, 'Basic YTpi')).toBeUndefined();
  expect(byAccount({ httpMethod: 'POST', headers: {}, peer: undefined }, policy, {} as never)).toBeUndefined();
});

it('refuses what was found to be wrong, and says why', () => {
  expect(shown({ kind: 'invalid', why: 'it has expired' })).toMatchObject({
    reason: 'unauthenticated',
    message: expect.stringContaining('it has expired'),
  });
});

it.each([
  ['could not be looked at', { kind: 'unavailable', issuer: 'a' } as const],
  ['nobody has looked at', undefined],
])('does not blame whoever sent what %s', (_what, verdict) =>
  expect(shown(verdict)).toMatchObject({ reason: 'identity-unavailable' }),
);
