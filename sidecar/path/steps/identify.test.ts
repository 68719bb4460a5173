import { expect, it } from 'vitest';
import { ada } from '../../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { LocalProof } from '../../identity/proof.ts';
import { enteringCall } from '../../testing/calls.ts';
import { identify } from './identify.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../../testing/no-jwts.ts';

const policy = policyOf(ALLOW_ALL, { anonymous: false });
const gate = {
  policy: { current: () => policy },
  tokens: { find: (token: string) => (token === 'a' ? ada : undefined) },
  clock: new FakeClock(),
  jwts: NO_JWTS,
  accounts: NO_ACCOUNTS,
  possession: NO_POSSESSION,
};

it('what the headers show is noted', () => {
  const call = enteringCall({ policy, headers: { authorization: 'Bearer a' } });
  expect(identify(call, gate)).toBeUndefined();
  expect(call.principal).toBe(ada);
});

it('who shows nothing that is known is refused, and nobody', () => {
  const call = enteringCall({ policy, headers: { authorization: 'Bearer b' } });
  expect(identify(call, gate)).toMatchObject({ reason: 'unauthenticated' });
  expect(call.principal).toBeUndefined();
});

it('the client of a pipe is who it is', () => {
  const call = enteringCall({ policy, proof: new LocalProof(ada) });
  expect(identify(call, gate)).toBeUndefined();
  expect(call.principal).toBe(ada);
});
