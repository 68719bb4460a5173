/**
 * What the handshake of a connection has shown of its client. It is found once a connection, knows nothing of who is trusted, and is plain
 * data: the gate that a request is passed on to judges it as this one would.
 */
import type { NamedFacts } from '../../../core/x509/certificate-name.ts';

/** One step from the certificate of the client towards an authority: who has issued what. */
export interface Link {
  /** Of what was issued: as `CertificateFacts` has it. */
  readonly serial: string;
  /** Digest of the name of the issuer. */
  readonly issuerName: string;
  /** Of the issuer: `authorityOf`. */
  readonly authority: string;
  /** Key of the issuer: DER of the SubjectPublicKeyInfo, in base64. */
  readonly key: string;
}

export interface SoundCertificate {
  readonly kind: 'sound';
  /** SHA-256 of its DER, in base64url: `x5t#S256` (RFC 8705 §3.1). */
  readonly thumbprint: string;
  readonly facts: NamedFacts;
  /** Milliseconds since the epoch: when the first certificate of the chain ends. */
  readonly until: number;
  /**
   * From the client's own certificate upwards, as far as Node tells of it: 24.21 and 26.8 forget authorities that only the client has sent
   * (https://github.com/nodejs/node/issues/65579).
   */
  readonly chain: readonly Link[];
  /** The authorities (`authorityOf`) that OpenSSL has held the whole chain against: it leads to one of them. */
  readonly heldAgainst: readonly string[];
  /** Whether an authority of the chain may speak for some names only. OpenSSL has held them against one chain, which may be another. */
  readonly isConstrained: boolean;
}

/** The client has the key of it, and it shows nothing else. */
export interface FaultyCertificate {
  readonly kind: 'faulty';
  readonly thumbprint: string;
  /** A sentence for whoever has shown it. */
  readonly why: string;
}

export type ShownCertificate = SoundCertificate | FaultyCertificate;
