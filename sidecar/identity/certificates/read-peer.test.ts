/** Handshakes with certificates of all kinds: what is read of them, and what an entry makes of it. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/x509/certificate.ts';
import { derOf, type Issued, newKeys, SERVER_AUTH, TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { type Entry, judge, policyTrusting, shake } from '../../testing/handshake.ts';
import { soundOf } from './read-peer.ts';
import { trustOf } from './trust.ts';

const DAY = 86_400_000;
const [mesh, stranger] = [TestAuthority.root(), TestAuthority.root()];
const ID = 'spiffe://example.org/ns/finance/sa/billing';
const SPIFFE: Entry = { name: 'mesh', ca: mesh.ca, names: 'Spiffe', trustDomain: 'example.org', groups: ['agents'] };

describe('a handshake', () => {
  it('without a certificate shows none', async () => {
    expect(await shake(policyTrusting(SPIFFE), undefined)).toBeUndefined();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('of %s shows who it is', async (version) => {
    const client = mesh.issue({ uris: [ID] });
    const policy = policyTrusting(SPIFFE);
    const shown = (await shake(policy, client, version)) ?? expect.fail('it has shown none');
    expect(shown).toMatchObject({ kind: 'sound', thumbprint: digestOf(derOf(client.cert)) });
    expect(trustOf(policy)?.judge(shown, Date.now())).toMatchObject({
      principal: { kind: 'certificate', name: ID, groups: ['agents'], issuer: 'mesh' },
    });
    // As it travels to another gate.
    expect(trustOf(policy)?.judge(JSON.parse(JSON.stringify(shown)), Date.now())).toMatchObject({
      principal: { name: ID },
    });
  });

  it('with authorities in between leads to the one that is trusted', async () => {
    const between = mesh.between({ pathLength: 1 }).between({ pathLength: 0 });
    expect(await judge(between.issue({ uris: [ID] }), SPIFFE)).toMatchObject({ principal: { name: ID } });
  });

  it('may lead to an authority in between that is trusted itself', async () => {
    const between = stranger.between();
    expect(await judge(between.issue({ uris: [ID] }), { ...SPIFFE, ca: between.ca })).toMatchObject({
      principal: { name: ID },
    });
  });

  it.each([
    ['of an authority that nobody trusts', () => stranger.issue({ uris: [ID] }), 'none of the authorities'],
    ['signed by itself', () => selfSigned(), 'signed by itself'],
    ['that has expired', () => mesh.issue({ uris: [ID], notAfter: Date.now() - DAY / 2 }), 'it has expired'],
    ['that is not valid yet', () => mesh.issue({ uris: [ID], notBefore: Date.now() + DAY }), 'not valid yet'],
    ['for servers alone', () => mesh.issue({ uris: [ID], usages: [SERVER_AUTH] }), 'not for clients'],
    ['of another trust domain', () => mesh.issue({ uris: ['spiffe://other.org/a'] }), 'its trust domain is other.org'],
    ['with a NUL in its name', () => mesh.issue({ uris: [`${ID}\0.evil`] }), 'no SPIFFE ID'],
    ['with two names', () => mesh.issue({ uris: [ID, `${ID}2`] }), 'several URIs'],
    ['with a common name alone', () => mesh.issue({ subject: ID }), 'it has no URI'],
    [
      'with more names than are kept',
      () => mesh.issue({ dns: Array.from({ length: 33 }, (_, i) => `a${i}.test`) }),
      'too many names',
    ],
    [
      'that may issue certificates itself',
      () => mesh.issue({ uris: [ID], isAuthority: true, keyUsage: 0b1000_0100 }),
      'of an authority',
    ],
    ['issued by one that may not', () => issuedByLeaf(), 'somebody in its chain may not issue it'],
    ['without those in between', () => withoutBetween(), 'send those in between'],
    [
      'of too long a chain',
      () =>
        mesh
          .between({ pathLength: 0 })
          .between()
          .issue({ uris: [ID] }),
      'more authorities are between',
    ],
    [
      'of an authority that has expired',
      () => mesh.between({ notAfter: Date.now() - 1000 }).issue({ uris: [ID] }),
      'it has expired',
    ],
    [
      'outside of what its authority may name',
      () => mesh.between({ permittedDns: 'a.test' }).issue({ uris: [ID], dns: ['b.test'] }),
      'somebody in its chain may not issue it',
    ],
  ])('with a certificate %s shows nobody', async (_what, make, why) => {
    expect(await judge(make(), SPIFFE)).toMatchObject({ why: expect.stringMatching(why) });
  });
});

describe('a chain', () => {
  const between = mesh.between();
  const { cert } = between.issue({ uris: [ID] });

  it.each([
    ['one that may not issue', [cert, mesh.issue({ subject: between.name }).cert, mesh.ca]],
    ['another of its name', [cert, stranger.between({ subject: between.name }).ca, stranger.ca]],
    ['nobody', [cert]],
  ])('ends below %s', (_what, line) => {
    expect(
      soundOf(
        line.map((pem) => new X509Certificate(pem)),
        'x',
        [],
      ),
    ).toMatchObject({ chain: [] });
  });
});

function selfSigned(): Pick<Issued, 'cert' | 'key'> {
  const keys = newKeys();
  const { ca } = TestAuthority.root({ isAuthority: false, keyUsage: 0b1000_0000, uris: [ID] }, keys);
  return { cert: ca, key: pemOf(keys.privateKey) };
}

/** Somebody known issues a certificate of his own. */
function issuedByLeaf(): Pick<Issued, 'cert' | 'key'> {
  return mesh.between({ isAuthority: false, keyUsage: 0b1000_0000 }).issue({ uris: [ID] });
}

function withoutBetween(): Pick<Issued, 'cert' | 'key'> {
  const { cert, key } = mesh.between().issue({ uris: [ID] });
  const end = '-----END CERTIFICATE-----';
  return { cert: cert.slice(0, cert.indexOf(end) + end.length), key };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
