/** Handshakes with certificates of all kinds: what is read of them, and what an entry makes of it. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { policyOf } from '../../../test/support/policy.ts';
import { derOf, type Issued, newKeys, SERVER_AUTH, TestAuthority } from '../../../test/support/test-authority.ts';
import { digestOf } from '../../../core/x509/certificate.ts';
import { ASKS, setContext } from './client-options.ts';
import { noteTrust, readPeer, soundOf } from './read-peer.ts';
import { trustOf } from './trust.ts';

type Entry = NonNullable<NonNullable<Parameters<typeof policyOf>[1]>['certificates']>['trust'][number];

const { defer } = cleanupAfterEach();
const DAY = 86_400_000;
const [mesh, partner, stranger] = [TestAuthority.root(), TestAuthority.root(), TestAuthority.root()];
const serving = TestAuthority.root().issue({ dns: ['gate.test'], usages: [SERVER_AUTH as string] });
const ID = 'spiffe://example.org/ns/finance/sa/billing';
const SPIFFE = { name: 'mesh', ca: mesh.ca, names: 'Spiffe', trustDomain: 'example.org', groups: ['agents'] } satisfies Entry;
const PARTNER = { name: 'partner', ca: partner.ca, names: 'Spiffe', trustDomain: 'partner.example' } satisfies Entry;


function policyTrusting(...trust: Entry[]) {
  return policyOf({}, { certificates: { trust } });
}

/** What the server has seen of a client, over a real connection. */
async function shake(policy: ReturnType<typeof policyOf>, client: Pick<Issued, 'cert' | 'key'> | undefined, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3') {
  const server = tls.createServer(ASKS);
  setContext(server, { cert: serving.cert, key: serving.key }, trustOf(policy));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const seen = new Promise<ReturnType<typeof readPeer>>((resolve) =>
    server.once('secureConnection', (socket) => {
      noteTrust(socket, trustOf(policy) ?? expect.fail('nobody is trusted'));
      resolve(readPeer(socket));
    }),
  );
  const { port } = server.address() as AddressInfo;
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion, cert: client?.cert, key: client?.key });
  socket.on('error', () => {});
  defer(() => {
    socket.destroy();
    server.close();
  });
  return seen;
}

async function judge(client: Pick<Issued, 'cert' | 'key'>, ...trust: Entry[]) {
  const policy = policyTrusting(...(trust.length === 0 ? [SPIFFE] : trust));
  const shown = await shake(policy, client);
  return trustOf(policy)?.judge(shown ?? expect.fail('it has shown none'), Date.now());
}

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
    expect(trustOf(policy)?.judge(JSON.parse(JSON.stringify(shown)), Date.now())).toMatchObject({ principal: { name: ID } });
  });

  it('with authorities in between leads to the one that is trusted', async () => {
    const between = mesh.between({ pathLength: 1 }).between({ pathLength: 0 });
    expect(await judge(between.issue({ uris: [ID] }))).toMatchObject({ principal: { name: ID } });
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
    ['for servers alone', () => mesh.issue({ uris: [ID], usages: [SERVER_AUTH as string] }), 'not for clients'],
    ['of another trust domain', () => mesh.issue({ uris: ['spiffe://other.org/a'] }), 'its trust domain is other.org'],
    ['with a NUL in its name', () => mesh.issue({ uris: [`${ID}\0.evil`] }), 'no SPIFFE ID'],
    ['with two names', () => mesh.issue({ uris: [ID, `${ID}2`] }), 'several URIs'],
    ['with a common name alone', () => mesh.issue({ subject: ID }), 'it has no URI'],
    ['with more names than are kept', () => mesh.issue({ dns: Array.from({ length: 33 }, (_, i) => `a${i}.test`) }), 'too many names'],
    ['that may issue certificates itself', () => mesh.issue({ uris: [ID], isAuthority: true, keyUsage: 0b1000_0100 }), 'of an authority'],
    ['issued by one that may not', () => issuedByLeaf(), 'somebody in its chain may not issue it'],
    ['without those in between', () => withoutBetween(), 'send those in between'],
    ['of too long a chain', () => mesh.between({ pathLength: 0 }).between().issue({ uris: [ID] }), 'more authorities are between'],
    ['of an authority that has expired', () => mesh.between({ notAfter: Date.now() - 1000 }).issue({ uris: [ID] }), 'it has expired'],
    ['outside of what its authority may name', () => mesh.between({ permittedDns: 'a.test' }).issue({ uris: [ID], dns: ['b.test'] }), 'somebody in its chain may not issue it'],
  ])('with a certificate %s shows nobody', async (_what, make, why) => {
    expect(await judge(make())).toMatchObject({ why: expect.stringMatching(why) });
  });
});

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
    expect(await judge(client)).toMatchObject({ principal: { name: ID } });
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

  it.each([
    ['one that may not issue', [cert, mesh.issue({ subject: between.name }).cert, mesh.ca]],
    ['another of its name', [cert, stranger.between({ subject: between.name }).ca, stranger.ca]],
    ['nobody', [cert]],
  ])('ends below %s', (_what, line) => {
    expect(soundOf(line.map((pem) => new X509Certificate(pem)), 'x', [])).toMatchObject({ chain: [] });
  });
});

function serialOf({ ca }: TestAuthority): Buffer {
  return Buffer.from(new X509Certificate(ca).serialNumber, 'hex');
}

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
