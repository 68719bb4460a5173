/**
 * Issues the operator's own certificates (RFC 5280): an authority, and what it vouches for on the wire.
 * Written on node:crypto, which signs but does not issue. `@peculiar/x509` was weighed: 340 kB in the bundle, 15 MB of memory and a
 * polyfill of `Reflect` for the whole process, against a hundred lines that `openssl verify -x509_strict` accepts.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import {
  bitString,
  boolean,
  integer,
  objectId,
  octetString,
  sequence,
  setOf,
  time,
  tlv,
  utf8String,
} from '../../core/x509/write-der.ts';
import { type KeyPair, readCertificate, SKEW_MS } from './read-certificate.ts';

const DAY = 86_400_000;
export const AUTHORITY_DAYS = 365;
export const SERVING_DAYS = 90;
/** Nobody takes a certificate of a gate back: whoever is to be a gate no more is none a day later. */
const GATE_HOURS = 24;

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const COMMON_NAME = objectId('2.5.4.3');
const SERVER_AUTH = objectId('1.3.6.1.5.5.7.3.1');
const CLIENT_AUTH = objectId('1.3.6.1.5.5.7.3.2');

interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly now: number;
  readonly notAfter: number;
  readonly extensions: readonly Buffer[];
}

export function issueAuthority(now: number): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Two authorities are trusted side by side for a while; a name of its own for each keeps verifiers from trying the wrong one.
  const name = `sallyport-operator-ca-${randomBytes(4).toString('hex')}`;
  const cert = issue({
    subject: name,
    issuer: name,
    publicKey,
    issuerKey: privateKey,
    now,
    notAfter: now + AUTHORITY_DAYS * DAY,
    extensions: [
      // No authority below this one: pathLenConstraint 0.
      extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([0])))),
      extension('2.5.29.15', true, bitString(1, Buffer.from([0b0000_0110]))), // keyCertSign, cRLSign
    ],
  });
  return { cert, key: pem(privateKey) };
}

/** For a server of these names, from this authority. */
export function issueServing(authority: KeyPair, dnsNames: readonly string[], now: number): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { cert: issueServingFor(authority, dnsNames, publicKey, now), key: pem(privateKey) };
}

/** PEM, for a server of these names that has the private key to `publicKey`. */
export function issueServingFor(
  authority: KeyPair,
  dnsNames: readonly string[],
  publicKey: KeyObject,
  now: number,
): string {
  const { subject, notAfter } = readCertificate(authority.cert);
  const names = dnsNames.map((name) => tlv(0x82, Buffer.from(name)));
  return issue({
    // 64 characters are the most a common name may have (RFC 5280 appendix A.1), and verifiers look at the names below alone.
    subject: 'sallyport-operator',
    issuer: subject,
    publicKey,
    issuerKey: createPrivateKey(authority.key),
    now,
    notAfter: Math.min(now + SERVING_DAYS * DAY, notAfter),
    extensions: [
      extension('2.5.29.19', true, sequence()),
      extension('2.5.29.15', true, bitString(7, Buffer.from([0b1000_0000]))), // digitalSignature
      extension('2.5.29.37', false, sequence(SERVER_AUTH)),
      extension('2.5.29.17', false, sequence(...names)),
    ],
  });
}

/** For the gate that has the private key to `publicKey`; `uri` names it (SPIFFE X.509-SVID §2: one URI, and that alone is read). */
export function issueGate(authority: KeyPair, uri: string, publicKey: KeyObject, now: number): string {
  const { subject, notAfter } = readCertificate(authority.cert);
  return issue({
    subject: 'sallyport-gate',
    issuer: subject,
    publicKey,
    issuerKey: createPrivateKey(authority.key),
    now,
    notAfter: Math.min(now + (GATE_HOURS * DAY) / 24, notAfter),
    extensions: [
      extension('2.5.29.19', true, sequence()),
      extension('2.5.29.15', true, bitString(7, Buffer.from([0b1000_0000]))), // digitalSignature
      extension('2.5.29.37', false, sequence(CLIENT_AUTH)),
      extension('2.5.29.17', false, sequence(tlv(0x86, Buffer.from(uri)))), // uniformResourceIdentifier
    ],
  });
}

function issue({ subject, issuer, publicKey, issuerKey, now, notAfter, extensions }: Certificate): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const issuerSpki = createPublicKey(issuerKey).export({ type: 'spki', format: 'der' });
  const serial = randomBytes(16);
  // Positive, and always of full length: RFC 5280 §4.1.2.2 allows 20 bytes.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const toBeSigned = sequence(
    tlv(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(new Date(now - SKEW_MS)), time(new Date(notAfter))),
    nameOf(subject),
    spki,
    tlv(
      0xa3,
      sequence(
        ...extensions,
        extension('2.5.29.14', false, octetString(keyId(spki))),
        extension('2.5.29.35', false, sequence(tlv(0x80, keyId(issuerSpki)))),
      ),
    ),
  );
  const signature = sign('sha256', toBeSigned, issuerKey);
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(0, signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(COMMON_NAME, utf8String(commonName))));
}

/** Only has to tell keys apart (RFC 5280 §4.2.1.2 suggests SHA-1 for it). */
function keyId(spki: Buffer): Buffer {
  return createHash('sha1').update(spki).digest();
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
