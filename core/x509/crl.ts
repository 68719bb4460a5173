/** Lists of certificates that were taken back (CRL, RFC 5280 §5). */
import { createPublicKey, verify } from 'node:crypto';
import { digestOf, hexOf } from './certificate.ts';
import { type DerElement, DerError, readInside, readOne } from './der.ts';

const [BOOLEAN, INTEGER, BIT_STRING, OBJECT_ID, UTC_TIME, GENERALIZED_TIME, SEQUENCE] = [
  ...[0x01, 0x02, 0x03, 0x06, 0x17, 0x18, 0x30],
] as const;
const EXTENSIONS = 0xa0;

/** By object identifier in hex: the digest that `verify` of Node wants to know, or null where the key says it (RFC 8410). */
const ALGORITHMS: ReadonlyMap<string, string | null> = new Map([
  ['2a8648ce3d040302', 'sha256'], // ecdsa-with-SHA256
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2a864886f70d01010b', 'sha256'], // sha256WithRSAEncryption
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2b6570', null], // Ed25519
]);

export interface Crl {
  /** Digest of the DER of the name of whoever has issued it. */
  readonly issuerName: string;
  /** Milliseconds since the epoch: when the next one is there, so when this one is out of date. */
  readonly nextUpdate: number;
  /** As `CertificateFacts` has them. */
  readonly serials: ReadonlySet<string>;
  /** Whether it was signed by this key (DER of the SubjectPublicKeyInfo). */
  isSignedBy(publicKey: Buffer): boolean;
}

/** @throws DerError: it is none, has no time for the next one, or says something that has to be understood and is not. */
export function readCrl(der: Buffer): Crl {
  const [body, algorithm, signature] = readInside(readOne(der), SEQUENCE);
  const all = readInside(body, SEQUENCE);
  const fields = all[0]?.tag === INTEGER ? all.slice(1) : all;
  const [, issuer, , nextUpdate, ...rest] = fields;
  if (issuer === undefined || body === undefined || signature?.tag !== BIT_STRING)
    throw new DerError('it lacks a field');
  const [identifier] = readInside(algorithm, SEQUENCE);
  const digest = ALGORITHMS.get(identifier?.content.toString('hex') ?? '');
  if (digest === undefined) throw new DerError('its algorithm is none of ECDSA, RSA (PKCS #1) and Ed25519 with SHA-2');
  const revoked = rest.find(({ tag }) => tag === SEQUENCE);
  checkExtensions(
    rest.filter(({ tag }) => tag === EXTENSIONS).flatMap(({ content }) => readInside(readOne(content), SEQUENCE)),
  );
  return {
    issuerName: digestOf(issuer.whole),
    nextUpdate: timeOf(nextUpdate),
    serials: new Set(revoked === undefined ? [] : readInside(revoked, SEQUENCE).map(serialOf)),
    isSignedBy: (publicKey) => isSignedBy(publicKey, digest, body.whole, signature.content.subarray(1)),
  };
}

function isSignedBy(publicKey: Buffer, digest: string | null, text: Buffer, signature: Buffer): boolean {
  try {
    return verify(digest, text, createPublicKey({ key: publicKey, format: 'der', type: 'spki' }), signature);
  } catch {
    // A key of another kind than the algorithm.
    return false;
  }
}

/** §5.3: an entry of an indirect list is about the certificate of somebody else, and says so in an extension that is critical. */
function serialOf(entry: DerElement): string {
  const [serial, , extensions] = readInside(entry, SEQUENCE);
  if (serial?.tag !== INTEGER) throw new DerError('an entry lacks its serial number');
  if (extensions !== undefined) checkExtensions(readInside(extensions, SEQUENCE));
  return hexOf(serial);
}

/** §5.2: what is critical and not understood makes the list unusable: deltas, indirect lists, and those for some reasons or kinds. */
function checkExtensions(extensions: readonly DerElement[]): void {
  for (const extension of extensions) {
    const [id, critical] = readInside(extension, SEQUENCE);
    if (id?.tag !== OBJECT_ID) throw new DerError('an extension lacks its identifier');
    if (critical?.tag === BOOLEAN && critical.content[0] !== 0)
      throw new DerError('it is no complete list of one issuer');
  }
}

/** §5.1.2.4 and 4.1.2.5: UTC with seconds; two digits of a year below 50 are of this century. */
function timeOf(element: DerElement | undefined): number {
  const text = element?.content.toString('latin1') ?? '';
  const full = element?.tag === UTC_TIME ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  if ((element?.tag !== UTC_TIME && element?.tag !== GENERALIZED_TIME) || !/^\d{14}Z$/.test(full))
    throw new DerError('it does not say when the next one comes');
  const [year, month, day, hour, minute, second] = [
    full.slice(0, 4),
    ...[4, 6, 8, 10, 12].map((at) => full.slice(at, at + 2)),
  ].map(Number) as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
