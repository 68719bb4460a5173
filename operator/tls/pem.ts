/** PEM texts (RFC 7468) as people and their tools write them: with line ends of any kind, and with words before and between. */
import { X509Certificate } from 'node:crypto';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** The certificates in a text, in its order. Throws where one of them cannot be read. */
export function certificatesIn(text: string): X509Certificate[] {
  return text
    .split(BEGIN)
    .slice(1)
    .map((part) => {
      const end = part.indexOf(END);
      if (end < 0) throw new Error('a certificate is cut off');
      return new X509Certificate(`${BEGIN}${part.slice(0, end)}${END}\n`);
    });
}

/** In one form, whoever wrote it: what others compare, and what the API server takes in a caBundle. */
export function pemOf(certificate: X509Certificate): string {
  return certificate.toString().replaceAll('\r\n', '\n').trimEnd().concat('\n');
}

/**
 * Which of the authorities vouches for the first certificate of a chain, by itself or through others of the chain; undefined: none does.
 * A certificate that signed itself is its own authority.
 */
export function voucherOf(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): X509Certificate | undefined {
  let [certificate] = chain;
  const unused = new Set(chain.slice(1));
  while (certificate !== undefined) {
    const signed = certificate;
    const voucher = authorities.find((authority) => hasSigned(authority, signed));
    if (voucher !== undefined) return voucher;
    certificate = [...unused].find((other) => other.ca && hasSigned(other, signed));
    if (certificate !== undefined) unused.delete(certificate);
  }
  return undefined;
}

function hasSigned(authority: X509Certificate, certificate: X509Certificate): boolean {
  if (!authority.ca && authority.fingerprint256 !== certificate.fingerprint256) return false;
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}
