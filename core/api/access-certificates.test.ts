import { describe, expect, it } from 'vitest';
import { TestAuthority } from '../x509/testing/test-authority.ts';
import { certificatesSchema } from './access-certificates.ts';

const [mesh, other] = [TestAuthority.root(), TestAuthority.root()];
const ENTRY = { name: 'mesh', ca: mesh.ca, names: 'Spiffe', trustDomain: 'example.org' };
const complaints = (...trust: object[]): string[] =>
  (certificatesSchema.safeParse({ trust }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('client certificates', () => {
  it.each([
    ['one entry', [ENTRY]],
    ['authorities of several times', [{ ...ENTRY, ca: `# now\n${mesh.ca}# next\n${TestAuthority.root().ca}` }]],
    [
      'names of other kinds',
      [
        { name: 'a', ca: mesh.ca, names: 'Dns' },
        { name: 'b', ca: other.ca, names: 'Uri' },
      ],
    ],
    ['lists of what was taken back', [{ ...ENTRY, crl: mesh.crl([]) + mesh.between().crl([]) }]],
  ])('take %s', (_what, trust) => expect(complaints(...trust)).toEqual([]));

  it.each([
    ['no PEM', [{ ...ENTRY, ca: 'hello' }], 'trust.0.ca: is not the certificate of an authority in PEM'],
    ['a key', [{ ...ENTRY, ca: mesh.issue().key }], 'trust.0.ca: is not the certificate of an authority in PEM'],
    [
      'half a certificate',
      [{ ...ENTRY, ca: mesh.ca.slice(0, 200) }],
      'trust.0.ca: is not the certificate of an authority in PEM',
    ],
    [
      'no DER',
      [{ ...ENTRY, ca: '-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----' }],
      'trust.0.ca: is not the',
    ],
    [
      'the certificate of a caller',
      [{ ...ENTRY, ca: mesh.issue().cert }],
      'trust.0.ca: has the certificate of somebody who may not',
    ],
    ['a whole store', [{ ...ENTRY, ca: mesh.ca.repeat(33) }], 'trust.0.ca: has more than 32 certificates'],
    ['no trust domain', [{ ...ENTRY, trustDomain: undefined }], 'trust.0.trustDomain: is missing'],
    [
      'a trust domain that is none',
      [{ ...ENTRY, trustDomain: 'spiffe://a' }],
      'trust.0.trustDomain: is not a trust domain',
    ],
    ['one that nobody reads', [{ ...ENTRY, names: 'Dns' }], 'trust.0.trustDomain: is read with'],
    ['no list', [{ ...ENTRY, crl: mesh.ca }], 'trust.0.crl: is not a list of certificates'],
    [
      'a list in part',
      [{ ...ENTRY, crl: mesh.crl([], { critical: true }) }],
      'trust.0.crl: is not a list of certificates',
    ],
    ['a list of somebody else', [{ ...ENTRY, crl: other.crl([], { as: mesh.name }) }], 'trust.0.crl: was not signed'],
    ['two of one name', [ENTRY, { ...ENTRY, ca: other.ca }], 'trust.1.name: stands here twice'],
    [
      'one authority in two',
      [ENTRY, { ...ENTRY, name: 'b', ca: other.ca + mesh.ca }],
      'trust.1.ca: has an authority that another',
    ],
  ])('do not take %s', (_what, trust, complaint) => {
    expect(complaints(...trust)).toEqual([expect.stringContaining(complaint)]);
  });

  it('quote nothing of what somebody has pasted', () => {
    const { error } = certificatesSchema.safeParse({ trust: [{ ...ENTRY, ca: mesh.issue().key }] });
    expect(error?.issues).toMatchObject([{ params: { private: true } }]);
  });
});
