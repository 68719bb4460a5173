/** Which entry vouches, for which names, and until when. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../../../test/support/policy.ts';
import { TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { type Entry, judge, policyTrusting, shake } from '../../testing/handshake.ts';
import { soundOf } from './read-peer.ts';
import { trustOf } from './trust.ts';

const [mesh, partner, stranger] = [TestAuthority.root(), TestAuthority.root(), TestAuthority.root()];
const ID = 'spiffe://example.org/ns/finance/sa/billing';
const SPIFFE: Entry = { name: 'mesh', ca: mesh.ca, names: 'Spiffe', trustDomain: 'example.org' };
const PARTNER: Entry = { name: 'partner', ca: partner.ca, names: 'Spiffe', trustDomain: 'partner.example' };

describe('entries', () => {
  it('the authority of one does not vouch for the names of another', async () => {
    expect(await judge(partner.issue({ uris: [ID] }), SPIFFE, PARTNER)).toMatchObject({
      why: expect.stringContaining('its trust domain is example.org'),
    });
    expect(await judge(partner.issue({ uris: ['spiffe://partner.example/a'] }), SPIFFE, PARTNER)).toMatchObject({
      principal: { issuer: 'partner' },
    });
  });

  it('nobody is known by two of them', async () => {
    const between = mesh.between();
    const client = between.issue({ uris: [ID] });
    expect(await judge(client, SPIFFE, { ...PARTNER, ca: between.ca })).toMatchObject({
      why: expect.stringContaining('two entries'),
    });
  });

  it('constraints of names are taken where one entry is trusted', async () => {
    const client = mesh.between({ permittedDns: 'a.test' }).issue({ uris: [ID], dns: ['x.a.test'] });
    expect(await judge(client, SPIFFE)).toMatchObject({ principal: { name: ID } });
    expect(await judge(client, SPIFFE, PARTNER)).toMatchObject({
      why: expect.stringMatching('that is taken where the server trusts one entry|have that one listed'),
    });
  });

  it('an authority that is made anew for the same key vouches for those of before', async () => {
    const client = mesh.issue({ uris: [ID] });
    const shown = (await shake(policyTrusting(SPIFFE), client)) ?? expect.fail('it has shown none');
    expect(trustOf(policyTrusting(SPIFFE))?.judge(shown, Date.now())).toMatchObject({ principal: { name: ID } });
    expect(trustOf(policyTrusting(PARTNER))?.judge(shown, Date.now())).toHaveProperty('why');
    expect(trustOf(policyOf({}))).toBeUndefined();
  });
});

describe('what was taken back', () => {
  const client = mesh.issue({ uris: [ID] });

  it('is nobody', async () => {
    expect(await judge(client, { ...SPIFFE, crl: mesh.crl([client.serial]) })).toMatchObject({
      why: expect.stringContaining('taken back'),
    });
  });

  it('others are who they are, as long as the list is in time', async () => {
    const nextUpdate = Math.floor(Date.now() / 1000) * 1000 + 60_000;
    const policy = policyTrusting({ ...SPIFFE, crl: mesh.crl([], { nextUpdate }) });
    const shown = (await shake(policy, client)) ?? expect.fail('it has shown none');
    expect(trustOf(policy)?.judge(shown, Date.now())).toMatchObject({ principal: { name: ID } });
    expect(trustOf(policy)?.judge(shown, nextUpdate)).toMatchObject({ why: expect.stringContaining('out of date') });
  });

  it('cannot be known where the issuer is not', async () => {
    const below = mesh.between().issue({ uris: [ID] });
    expect(await judge(below, { ...SPIFFE, crl: mesh.crl([]) })).toMatchObject({
      why: expect.stringMatching('have that one listed|missing or out of date'),
    });
  });
});

describe('a chain with an authority in between', () => {
  const between = mesh.between();
  const { cert } = between.issue({ uris: [ID] });

  /** As Node lines them up, where it does. */
  function judgeLine(crl: string) {
    const line = [cert, between.ca, mesh.ca].map((pem) => new X509Certificate(pem));
    return trustOf(policyTrusting({ ...SPIFFE, crl }))?.judge(soundOf(line, 'x', []), Date.now());
  }

  it.each([
    ['is out of date', () => between.crl([], { nextUpdate: Date.now() - 1000 })],
    ['is that of another issuer', () => mesh.crl([])],
    ['has the name of the issuer and another key', () => stranger.crl([], { as: between.name })],
  ])('where the list %s, nobody is known', (_what, crl) => {
    expect(judgeLine(crl())).toMatchObject({ why: 'the revocation list of its issuer is missing or out of date' });
  });

  it('is looked for with the issuer and those above it', () => {
    expect(judgeLine(between.crl([]))).toMatchObject({ principal: { name: ID } });
    expect(judgeLine(mesh.crl([]) + between.crl([]))).toMatchObject({ principal: { name: ID } });
    expect(judgeLine(mesh.crl([serialOf(between)]) + between.crl([]))).toMatchObject({
      why: 'an authority above it was taken back (revoked)',
    });
    expect(judgeLine(mesh.crl([], { nextUpdate: Date.now() - 1000 }) + between.crl([]))).toMatchObject({
      why: 'the revocation list of an authority above it is missing or out of date',
    });
  });
});

function serialOf({ ca }: TestAuthority): Buffer {
  return Buffer.from(new X509Certificate(ca).serialNumber, 'hex');
}
