import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { IdentityParts } from './authenticator.ts';
import { authenticate, inOrder } from './authenticators.ts';
import { LocalProof, type Proof } from './proof.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../testing/no-jwts.ts';

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
    accounts: NO_ACCOUNTS,
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

describe('in whatever order the ways are asked', () => {
  /** What each says of one caller, and whether it looks at the token. */
  const way = fc.record({
    readsToken: fc.boolean(),
    says: fc.constantFrom('knows' as const, 'refuses' as const, undefined),
  });
  const caller = fc
    .record({ ways: fc.array(way, { maxLength: 5 }), hasToken: fc.boolean() })
    .map(({ ways, hasToken }) => ({
      hasToken,
      // Without a token, nobody who looks at tokens has anything to say.
      ways: ways.map((one, name) => ({ ...one, name, says: one.readsToken && !hasToken ? undefined : one.says })),
    }));
  type Caller = typeof caller extends fc.Arbitrary<infer T> ? T : never;
  const who = ({ ways, hasToken }: Caller) =>
    inOrder(ways, hasToken, ({ says, name }) =>
      says === undefined ? undefined : says === 'knows' ? name : refuse('unauthenticated', String(name)),
    );

  it('the first that knows the caller says who it is', () => {
    fc.assert(
      fc.property(caller, ({ ways, hasToken }) => {
        const known = ways.map((one) => ({ ...one, says: one.says === 'refuses' ? undefined : one.says }));
        const first = known.find(({ says }) => says !== undefined);
        const isTokenKnown = known.some(({ readsToken, says }) => readsToken && says !== undefined);
        const isBehind = known.some(({ readsToken }, i) => readsToken && first !== undefined && i < first.name);
        const said = who({ ways: known, hasToken });
        if (first === undefined) expect(said instanceof Refusal).toBe(hasToken);
        else if (hasToken && isBehind && !isTokenKnown) expect(said).toBeInstanceOf(Refusal);
        else expect(said).toBe(first.name);
      }),
      { numRuns: 1000 },
    );
  });

  it('a token that nobody knows is served neither by what stands behind, nor as nobody', () => {
    fc.assert(
      fc.property(caller, ({ ways }) => {
        const unknown = ways.map((one) => ({ ...one, says: one.readsToken ? undefined : one.says }));
        const said = who({ ways: unknown, hasToken: true });
        const at = unknown.findIndex(({ readsToken }) => readsToken);
        const isBefore = typeof said === 'number' && (at < 0 || said < at);
        expect(isBefore || said instanceof Refusal).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('a token that one of them refuses is served by none that stands behind it', () => {
    fc.assert(
      fc.property(caller, ({ ways, hasToken }) => {
        const said = who({ ways, hasToken });
        const refusing = ways.findIndex(({ says }) => says === 'refuses');
        if (typeof said === 'number' && refusing >= 0) expect(said).toBeLessThan(refusing);
      }),
      { numRuns: 1000 },
    );
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
