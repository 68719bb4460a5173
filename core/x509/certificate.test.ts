import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CLIENT_AUTH, derOf, SERVER_AUTH, TestAuthority } from './testing/test-authority.ts';
import { authorityOf, readFacts } from './certificate.ts';
import { DerError } from './der.ts';

const root = TestAuthority.root({ pathLength: 3 });
const factsOf = (wanted: Parameters<TestAuthority['issue']>[0]) => readFacts(derOf(root.issue(wanted).cert));

describe('a certificate', () => {
  it('has its names as its bytes have them', () => {
    const names = { dns: ['a.example', 'A.EXAMPLE', 'b\0.example'], uris: ['spiffe://a/b'] };
    expect(factsOf(names)).toMatchObject({ dnsNames: names.dns, uris: names.uris });
    expect(factsOf({})).toMatchObject({ dnsNames: [], uris: [] });
  });

  it('has the serial number that Node reads', () => {
    const { cert } = root.issue();
    expect(readFacts(derOf(cert)).serial).toBe(new X509Certificate(cert).serialNumber.toLowerCase());
  });

  it('says what it is for', () => {
    expect(factsOf({})).toMatchObject({
      isAuthority: false,
      pathLength: undefined,
      keyUsage: { digitalSignature: true, certSign: false, crlSign: false },
      hasNameConstraints: false,
    });
    expect(readFacts(derOf(root.ca))).toMatchObject({
      isAuthority: true,
      pathLength: 3,
      keyUsage: { digitalSignature: false, certSign: true, crlSign: true },
    });
    expect(readFacts(derOf(root.between({ permittedDns: 'example.org' }).ca)).hasNameConstraints).toBe(true);
    expect(factsOf({ keyUsage: 0b0100_0000 }).keyUsage).toMatchObject({ digitalSignature: false });
  });

  it.each([
    [[CLIENT_AUTH], true],
    [[SERVER_AUTH, CLIENT_AUTH], true],
    [[SERVER_AUTH], false],
    [['2.5.29.37.0'], true],
    [null, true],
  ] as const)('for %j: may it be a client? %s', (usages, mayBeClient) => {
    expect(factsOf({ usages: usages as readonly string[] }).mayBeClient).toBe(mayBeClient);
  });

  it('of an authority that is made anew for the same key and name is that of the same authority', () => {
    const { publicKey } = new X509Certificate(root.ca);
    const again = TestAuthority.root({ subject: root.name, publicKey });
    const other = TestAuthority.root({ subject: root.name });
    const of = ({ ca }: TestAuthority): string => authorityOf(readFacts(derOf(ca)));
    expect([of(again) === of(root), of(other) === of(root)]).toEqual([true, false]);
  });

  it.each([
    ['nothing', ''],
    ['no sequence', '0500'],
    ['a sequence of nothing', '3000'],
    ['too few fields', '30053003020105'],
  ])('%s is none', (_what, hex) => {
    expect(() => readFacts(Buffer.from(hex, 'hex'))).toThrow(DerError);
  });
});
