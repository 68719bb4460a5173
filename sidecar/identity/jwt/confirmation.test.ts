import { describe, expect, it } from 'vitest';
import { refuse } from '../../../core/mcp/refusals.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { confirm, confirmationIn } from './confirmation.ts';

const JKT = 'x'.repeat(43);

describe('what a token is bound to', () => {
  it('is nothing, a key, or a certificate', () => {
    expect(confirmationIn({ sub: 'ada' })).toEqual({});
    expect(confirmationIn({ cnf: { jkt: JKT } })).toEqual({ jkt: JKT });
    expect(confirmationIn({ cnf: { 'x5t#S256': JKT } })).toEqual({ 'x5t#S256': JKT });
  });

  it.each([
    ['a key that is sent along', { jwk: {} }],
    ['a key of a name', { kid: 'a' }],
    ['a key and something else', { jkt: JKT, kid: 'a' }],
    ['nothing that is said', {}],
  ])('cannot be checked where it is %s', (_what, cnf) => {
    expect(confirmationIn({ cnf })).toContain('cannot check');
  });

  it.each([null, 'x', [], 7, { jkt: '' }, { jkt: 7 }, { jkt: `${JKT}=` }, { jkt: [JKT] }])('is not %j', (cnf) => {
    expect(confirmationIn({ cnf })).toContain('not right');
  });
});

describe('a token', () => {
  const asked: unknown[] = [];
  const confirmed = (
    jkt: string | undefined,
    isDpop: boolean,
    refusal = undefined as ReturnType<typeof refuse> | undefined,
  ) => {
    const possession = { check: (...all: unknown[]) => (asked.push(all), refusal) };
    const shown = { httpMethod: 'POST', headers: {}, peer: undefined };
    const sent = { token: 'a.b.c', isDpop };
    return confirm(jkt === undefined ? {} : { jkt }, sent, shown, policyOf(ALLOW_ALL), { possession });
  };

  it('that is bound to nothing needs nothing', () => expect(confirmed(undefined, false)).toBeUndefined());

  it('that is bound to nothing is none for a scheme that says it is', () => {
    expect(confirmed(undefined, true)).toMatchObject({ reason: 'unauthenticated' });
  });

  it('that is bound to a key is nothing by itself', () => {
    expect(confirmed(JKT, false)).toMatchObject({ reason: 'proof-not-taken' });
    expect(asked).toEqual([]);
  });

  it('that is bound to a key needs the proof of that key', () => {
    expect(confirmed(JKT, true)).toBeUndefined();
    expect(asked.at(-1)).toMatchObject([{ httpMethod: 'POST' }, {}, 'a.b.c', JKT]);
    const refusal = refuse('nonce-required');
    expect(confirmed(JKT, true, refusal)).toBe(refusal);
  });
});

describe('a token that is bound to a certificate', () => {
  const possession = { check: () => refuse('proof-not-taken', 'no proof') };
  const sent = (thumbprint: string | undefined, bound: Parameters<typeof confirm>[0] = { 'x5t#S256': JKT }) => {
    // Whoever has issued it: the handshake has proven that the client has its key.
    const certificate = thumbprint === undefined ? undefined : { kind: 'faulty' as const, thumbprint, why: 'unknown' };
    const shown = { httpMethod: 'POST', headers: {}, peer: { certificate } };
    return confirm(bound, { token: 'a.b.c', isDpop: false }, shown, policyOf(ALLOW_ALL), { possession });
  };

  it('is taken on a connection that has shown it', () => expect(sent(JKT)).toBeUndefined());

  it.each([undefined, 'y'.repeat(43)])('is refused on one that has shown %s', (thumbprint) => {
    expect(sent(thumbprint)).toMatchObject({ reason: 'unauthenticated' });
  });

  it('and to a key needs both', () => {
    expect(sent(JKT, { 'x5t#S256': JKT, jkt: JKT })).toMatchObject({ reason: 'proof-not-taken' });
    expect(sent(undefined, { 'x5t#S256': JKT, jkt: JKT })).toMatchObject({ reason: 'unauthenticated' });
  });
});
