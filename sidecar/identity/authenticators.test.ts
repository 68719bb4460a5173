import { describe, expect, it } from 'vitest';
import { Refusal } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { IdentityParts } from './authenticator.ts';
import { authenticate } from './authenticators.ts';
import { LocalProof, type Proof } from './proof.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { NO_JWTS, NO_POSSESSION } from '../testing/no-jwts.ts';

const ada = { kind: 'token', name: 'ada', groups: ['staff'] } as const;
const anonymous = policyOf(ALLOW_ALL, { anonymous: true });
const closed = policyOf(ALLOW_ALL, { anonymous: false });
const byServer = policyOf(ALLOW_ALL, { authorization: 'Server' });

function show(policy: Policy, authorization: string | undefined, parts: Partial<IdentityParts> = {}) {
  const headers = authorization === undefined ? {} : { authorization };
  const tokens = { find: (token: string) => (token === 'good' ? ada : undefined) };
  return authenticate({ httpMethod: 'POST', headers, peer: undefined }, policy, {
    policy: { current: () => policy },
    clock: new FakeClock(),
    tokens,
    jwts: NO_JWTS,
    possession: NO_POSSESSION,
    ...parts,
  });
}

function shown(said: Proof | Refusal): Proof {
  return said instanceof Refusal ? expect.fail(said.message) : said;
}

describe('who is it', () => {
  it('is whose token it is', () => {
    expect(shown(show(closed, 'Bearer good')).principal).toBe(ada);
  });

  it('is nobody without a token, where the policy lets those in', () => {
    expect(shown(show(anonymous, undefined)).principal.kind).toBe('anonymous');
  });

  it('is refused without a token, where it does not', () => {
    expect(show(closed, undefined)).toMatchObject({ reason: 'unauthenticated' });
  });

  it.each(['Bearer bad', 'Basic good', 'Bearer'])('is refused with %s, also where nobody needs a token', (header) => {
    expect(show(anonymous, header)).toMatchObject({ reason: 'unauthenticated' });
  });

  it('is nobody with whatever token, where the server checks tokens', () => {
    expect(shown(show(byServer, 'Bearer bad')).principal.kind).toBe('anonymous');
  });
});

describe('the proof holds', () => {
  it('of a token, while it stands for the same name and the same groups', () => {
    let now: { kind: 'token'; name: string; groups: string[] } | undefined = { ...ada, groups: ['staff'] };
    const proof = shown(show(closed, 'Bearer good', { tokens: { find: () => now } }));
    expect(proof.holds()).toBe(true);
    now = { ...ada, groups: ['staff', 'admins'] };
    expect(proof.holds()).toBe(false);
    now = { ...ada, name: 'eve', groups: ['staff'] };
    expect(proof.holds()).toBe(false);
    now = undefined;
    expect(proof.holds()).toBe(false);
  });

  it('of nobody, while the policy lets nobody in', () => {
    let policy: Policy | undefined = anonymous;
    const proof = shown(show(anonymous, undefined, { policy: { current: () => policy } }));
    expect(proof.holds()).toBe(true);
    policy = closed;
    expect(proof.holds()).toBe(false);
    policy = undefined;
    expect(proof.holds()).toBe(false);
  });

  it('of the one client of a pipe, always', () => {
    expect(new LocalProof({ kind: 'local', name: 'me', groups: [] }).holds()).toBe(true);
  });
});
