import { describe, expect, it } from 'vitest';
import { type GrantableCall, whyNotAbout } from './match.ts';

const PIN = `sha256:${'a'.repeat(64)}`;
const grant = {
  ...{ server: 'ledger', tool: 'transfer', principal: { name: 'billing-agent' }, rules: ['a', 'b'], pin: PIN },
  ...{ arguments: [{ at: '/amount', max: 5 }], maxUses: 1, expiresAt: '2026-11-21T12:00:00Z' },
  grantedBy: { username: 'ada' },
};
const call: GrantableCall = {
  ...{
    tool: 'transfer',
    principal: { name: 'billing-agent' },
    pin: PIN,
    arguments: { amount: 5 },
    hidden: [],
    rules: ['b'],
  },
};

describe('a grant', () => {
  it('is about such a call, by some of its rules', () => {
    expect(whyNotAbout(grant, call)).toBeUndefined();
  });

  it('that is bound to no definition is about the tool whatever its definition is', () => {
    const { pin: _, ...unbound } = grant;
    expect(whyNotAbout(unbound, { ...call, pin: undefined })).toBeUndefined();
  });

  it.each<[Partial<GrantableCall>, string]>([
    [{ tool: 'refund' }, 'the tool transfer'],
    [{ tool: undefined }, 'the tool transfer'],
    [{ principal: { name: 'other' } }, 'calls of billing-agent'],
    [{ principal: { name: 'billing-agent', issuer: 'https://a.example' } }, 'billing-agent of the gate itself'],
    [{ pin: `sha256:${'b'.repeat(64)}` }, 'another definition'],
    [{ pin: undefined }, 'another definition'],
    [{ rules: ['a', 'c'] }, 'the rule c'],
    [{ arguments: { amount: 6 } }, '/amount is another'],
  ])('is not about a call with %j', (more, why) => {
    expect(whyNotAbout(grant, { ...call, ...more })).toContain(why);
  });

  it('is about the name that one issuer has given, and no other', () => {
    const principal = { name: 'billing-agent', issuer: 'https://a.example' };
    const own = { ...grant, principal };
    expect(whyNotAbout(own, { ...call, principal })).toBeUndefined();
    expect(whyNotAbout(own, call)).toContain('billing-agent of https://a.example');
    const other = { ...principal, issuer: 'https://b.example' };
    expect(whyNotAbout(own, { ...call, principal: other })).toContain('billing-agent of https://a.example');
  });
});
