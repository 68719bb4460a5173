/** What has to be known of a certificate in order to replace it in time. */
import { createPrivateKey, X509Certificate } from 'node:crypto';

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateFacts {
  /** Common name of the subject. */
  readonly subject: string;
  readonly isAuthority: boolean;
  readonly dnsNames: readonly string[];
  /** Milliseconds since the epoch, as is `notAfter`. */
  readonly issuedAt: number;
  readonly notAfter: number;
}

/** Certificates are valid from a while before they are issued, since the clocks of a cluster differ. */
export const SKEW_MS = 3_600_000;

/** Throws on what is not a certificate. */
export function readCertificate(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem);
  const names = certificate.subjectAltName?.split(', ') ?? [];
  return {
    subject: certificate.subject.replace(/^CN=/, ''),
    isAuthority: certificate.ca,
    dnsNames: names.map((name) => name.replace(/^DNS:/, '')),
    issuedAt: certificate.validFromDate.getTime() + SKEW_MS,
    notAfter: certificate.validToDate.getTime(),
  };
}

export function isIssuedBy(pem: string, authorityPem: string): boolean {
  const [certificate, authority] = [new X509Certificate(pem), new X509Certificate(authorityPem)];
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Why a pair cannot be used, if it cannot. */
export function complaintAbout({ cert, key }: KeyPair, role: 'authority' | 'serving'): string | undefined {
  try {
    const certificate = new X509Certificate(cert);
    if (certificate.ca !== (role === 'authority')) {
      return role === 'authority' ? 'is not the certificate of an authority' : 'is the certificate of an authority';
    }
    return certificate.checkPrivateKey(createPrivateKey(key)) ? undefined : 'does not belong to its key';
  } catch {
    return 'cannot be read'; // OpenSSL's words might repeat a part of the key
  }
}
