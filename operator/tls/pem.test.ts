import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueAuthority, issueServing } from './authority.ts';
import { certificatesIn, pemOf, voucherOf } from './pem.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const [a, b] = [issueAuthority(NOW), issueAuthority(NOW)];
const leaf = issueServing(a, ['a.svc'], NOW);
const read = (pem: string): X509Certificate => new X509Certificate(pem);

describe('certificates in a text', () => {
  it('are found between words, and given in one form', () => {
    const text = `subject=x\r\n${a.cert.replaceAll('\n', '\r\n')}\n# the other\n${b.cert}`;
    expect(certificatesIn(text).map(pemOf)).toEqual([a.cert, b.cert]);
    expect(certificatesIn('')).toEqual([]);
  });

  it.each([
    ['cut off', leaf.cert.slice(0, 200)],
    ['not base64', '-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n'],
  ])('that are %s throw', (_, text) => expect(() => certificatesIn(text)).toThrow());
});

describe('who vouches', () => {
  it.each([
    ['the authority that signed', [leaf.cert], [b.cert, a.cert], a.cert],
    ['nobody', [leaf.cert], [b.cert], undefined],
    ['nobody, whatever else is in the chain', [leaf.cert, b.cert, leaf.cert], [b.cert], undefined],
    ['itself, where it is trusted', [a.cert], [a.cert], a.cert],
    ['not one that is no authority', [leaf.cert], [leaf.cert], undefined],
  ])('%s', (_, chain, authorities, voucher) => {
    const found = voucherOf(chain.map(read), authorities.map(read));
    expect(found === undefined ? undefined : pemOf(found)).toBe(voucher);
  });
});
