import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../core/mcp/refusals.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { NO_ACCOUNTS, NO_JWTS, NO_POSSESSION } from '../../testing/no-jwts.ts';
import type { Shown } from '../shown.ts';
import { authenticate } from '../authenticators.ts';
import type { ShownCertificate } from '../certificates/shown-certificate.ts';
import { byProxy } from './by-proxy.ts';

const mesh = TestAuthority.root();
const GATEWAY = 'spiffe://example.org/ns/edge/sa/gateway';
const BILLING = 'spiffe://example.org/ns/finance/sa/billing';
const certificates = { trust: [{ name: 'mesh', ca: mesh.ca, names: 'Spiffe' as const, trustDomain: 'example.org' }] };
const trusting = policyOf(ALLOW_ALL, {
  anonymous: true,
  tls: { secretName: 'ledger-tls' },
  certificates,
  trustedProxies: [
    { name: 'edge', addresses: ['10.0.4.0/24'], user: { groups: 'X-Forwarded-Groups' } },
    {
      ...{ name: 'gateway', certificate: { trust: 'mesh', name: GATEWAY } },
      clientCertificate: { names: 'Spiffe', trustDomain: 'example.org' },
    },
  ],
});

let policy = trusting;
const clock = new FakeClock();
const parts = {
  policy: { current: () => policy },
  clock,
  tokens: { find: () => undefined },
  jwts: NO_JWTS,
  accounts: NO_ACCOUNTS,
  possession: NO_POSSESSION,
};

const shownBy = (uri: string): ShownCertificate => ({
  ...{ kind: 'sound', thumbprint: 'x', chain: [], isConstrained: false, until: clock.now() + 60_000 },
  facts: {
    ...{ dnsNames: [], uris: [uri], isAuthority: false },
    keyUsage: { digitalSignature: true, certSign: false, crlSign: false },
  },
  heldAgainst: [],
});

const EDGE = { remoteAddress: '::ffff:10.0.4.7' };
const AS_GATEWAY = { remoteAddress: '192.0.2.1', certificate: shownBy(GATEWAY) };

function said(headers: IncomingHttpHeaders, peer: Shown['peer']) {
  return byProxy({ httpMethod: 'POST', headers, peer }, policy, parts);
}

describe('a proxy whose word counts', () => {
  it('by its address says who the caller is', () => {
    const proof = said({ 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'staff, treasury,' }, EDGE);
    expect(proof).toMatchObject({
      principal: { kind: 'forwarded', name: 'ada', groups: ['staff', 'treasury'], issuer: 'edge' },
    });
  });

  it('by its certificate says what the certificate of the caller says', () => {
    const header = `By=${BILLING}2;Hash=ab;URI=spiffe://example.org/first,By=${GATEWAY};Hash=cd;Subject="";URI=${BILLING}`;
    expect(said({ 'x-forwarded-client-cert': header }, AS_GATEWAY)).toMatchObject({
      principal: { kind: 'forwarded', name: BILLING, groups: [], issuer: 'gateway' },
    });
  });

  it('writes UTF-8', () => {
    const header = Buffer.from('zoë').toString('latin1');
    expect(said({ 'x-forwarded-user': header }, EDGE)).toMatchObject({ principal: { name: 'zoë' } });
  });

  it.each([
    ['another address', { remoteAddress: '10.0.5.7' }],
    ['an address that only ends alike', { remoteAddress: '::10.0.4.7' }],
    ['no connection', undefined],
    ['another certificate', { remoteAddress: '192.0.2.1', certificate: shownBy(BILLING) }],
  ])('is none with %s', (_what, peer) => {
    expect(said({ 'x-forwarded-user': 'ada', 'x-forwarded-client-cert': `URI=${BILLING}` }, peer)).toBeUndefined();
  });

  it.each([
    ['nothing', '', EDGE],
    ['two lines', 'a\tb', EDGE],
    ['what is no UTF-8', '\xff', EDGE],
    ['a name without end', 'a'.repeat(254), EDGE],
  ])('that says %s is refused', (_what, name, peer) => {
    expect(said({ 'x-forwarded-user': name }, peer)).toMatchObject({ reason: 'unauthenticated' });
  });

  it('that says groups that are none is refused', () => {
    const groups = Array.from({ length: 257 }, (_, i) => `g${i}`).join(',');
    expect(said({ 'x-forwarded-user': 'ada', 'x-forwarded-groups': groups }, EDGE)).toBeInstanceOf(Refusal);
  });

  it.each(['URI="', 'URI=spiffe://other.org/a', `URI=${BILLING};URI=${BILLING}2`, 'Subject="CN=ada"', ''])(
    'that says of a certificate %s is refused',
    (header) => {
      expect(said({ 'x-forwarded-client-cert': header }, AS_GATEWAY)).toBeInstanceOf(Refusal);
    },
  );
});

describe('a caller whom a proxy speaks for', () => {
  const proof = () => said({ 'x-forwarded-user': 'ada' }, EDGE) ?? expect.fail('it is nobody');

  it('is who it is as long as the word of the proxy counts', () => {
    const before = proof();
    if (before instanceof Refusal) expect.fail(before.message);
    expect(before.holds()).toBe(true);
    policy = policyOf(
      {},
      {
        tls: { secretName: 'ledger-tls' },
        certificates,
        trustedProxies: [{ name: 'edge', addresses: ['10.0.4.0/24'], user: {} }],
      },
    );
    expect(before.holds()).toBe(false);
    policy = trusting;
    expect(before.holds()).toBe(true);
  });
});

describe('a proxy that says nothing', () => {
  it('by its address is whoever comes without it', () => {
    const whom = authenticate({ httpMethod: 'POST', headers: {}, peer: EDGE }, policy, parts);
    expect(whom).toMatchObject({ principal: { kind: 'anonymous' } });
  });

  it('by its certificate is nobody, and not a caller itself', () => {
    const whom = authenticate({ httpMethod: 'POST', headers: {}, peer: AS_GATEWAY }, policy, parts);
    expect(whom).toMatchObject({ reason: 'unauthenticated', message: expect.stringContaining('has not said who') });
  });
});
