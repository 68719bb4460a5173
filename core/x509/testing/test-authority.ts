/** Authorities of a test, and what they issue: certificates and lists of what was taken back, right and wrong ones (RFC 5280). */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
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
} from '../write-der.ts';

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const DAY = 86_400_000;
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** digitalSignature; keyCertSign and cRLSign. */
const [SIGNS, ISSUES] = [0b1000_0000, 0b0000_0110];

export interface Wanted {
  /** Common name. */
  readonly subject?: string;
  readonly dns?: readonly string[];
  readonly uris?: readonly string[];
  readonly isAuthority?: boolean;
  readonly pathLength?: number;
  readonly keyUsage?: number;
  /** Object identifiers; null: the certificate does not say. */
  readonly usages?: readonly string[] | null;
  /** Milliseconds since the epoch. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** The only DNS names that an authority may speak for. */
  readonly permittedDns?: string;
  readonly publicKey?: KeyObject;
}

export interface Issued {
  /** PEM, with those between it and the root. */
  readonly cert: string;
  readonly key: string;
  readonly serial: Buffer;
}

export class TestAuthority {
  readonly name: string;
  /** PEM of its own certificate. */
  readonly ca: string;
  readonly #key: KeyObject;
  /** PEM, from this one up, without the root. */
  readonly #between: string;

  private constructor(name: string, ca: string, key: KeyObject, between: string) {
    this.name = name;
    this.ca = ca;
    this.#key = key;
    this.#between = between;
  }

  static root(wanted: Wanted = {}, keys = newKeys()): TestAuthority {
    const name = wanted.subject ?? `test root ${randomBytes(4).toString('hex')}`;
    const said = { isAuthority: true, keyUsage: ISSUES, usages: null, ...wanted, subject: name };
    return new TestAuthority(
      name,
      certificate(said, keys.publicKey, name, keys.privateKey, newSerial()),
      keys.privateKey,
      '',
    );
  }

  /** One below this one. */
  between(wanted: Wanted = {}, keys = newKeys()): TestAuthority {
    const name = wanted.subject ?? `test intermediate ${randomBytes(4).toString('hex')}`;
    const said = { isAuthority: true, keyUsage: ISSUES, usages: null, ...wanted, subject: name };
    const cert = certificate(said, keys.publicKey, this.name, this.#key, newSerial());
    return new TestAuthority(name, cert, keys.privateKey, cert + this.#between);
  }

  issue(wanted: Wanted = {}): Issued {
    const { publicKey, privateKey } = newKeys();
    const serial = newSerial();
    const said = { keyUsage: SIGNS, usages: [CLIENT_AUTH], subject: 'common-name', ...wanted };
    const cert = certificate(said, publicKey, this.name, this.#key, serial);
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { cert: cert + this.#between, key, serial };
  }

  /** Of these serials; `as`: under the name of another. */
  crl(serials: readonly Buffer[], { nextUpdate = Date.now() + DAY, as = this.name, critical = false } = {}): string {
    const now = Date.now();
    const entries = serials.map((serial) => sequence(integer(serial), time(new Date(now - DAY))));
    const extensions = critical ? [tlv(0xa0, sequence(extension('2.5.29.28', true, sequence())))] : [];
    const body = sequence(
      integer(Buffer.from([1])),
      ECDSA_WITH_SHA256,
      nameOf(as),
      time(new Date(now - DAY)),
      time(new Date(nextUpdate)),
      ...(entries.length === 0 ? [] : [sequence(...entries)]),
      ...extensions,
    );
    return pem('X509 CRL', signed(body, this.#key));
  }
}

function certificate(
  wanted: Wanted,
  publicKey: KeyObject,
  issuer: string,
  issuerKey: KeyObject,
  serial: Buffer,
): string {
  const { subject = '', dns = [], uris = [], isAuthority = false, pathLength, usages, permittedDns } = wanted;
  const { notBefore = Date.now() - DAY, notAfter = Date.now() + 30 * DAY, keyUsage } = wanted;
  const names = [
    ...dns.map((name) => tlv(0x82, Buffer.from(name, 'latin1'))),
    ...uris.map((name) => tlv(0x86, Buffer.from(name, 'latin1'))),
  ];
  const constraints = [
    ...(isAuthority ? [boolean(true)] : []),
    ...(pathLength === undefined ? [] : [integer(Buffer.from([pathLength]))]),
  ];
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(new Date(notBefore)), time(new Date(notAfter))),
    nameOf(subject),
    (wanted.publicKey ?? publicKey).export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        extension('2.5.29.19', true, sequence(...constraints)),
        ...(keyUsage === undefined ? [] : [extension('2.5.29.15', true, bitString(0, Buffer.from([keyUsage])))]),
        ...(usages === null || usages === undefined
          ? []
          : [extension('2.5.29.37', false, sequence(...usages.map(objectId)))]),
        ...(names.length === 0 ? [] : [extension('2.5.29.17', false, sequence(...names))]),
        ...(permittedDns === undefined
          ? []
          : [extension('2.5.29.30', true, sequence(tlv(0xa0, sequence(tlv(0x82, Buffer.from(permittedDns))))))]),
      ),
    ),
  );
  return pem('CERTIFICATE', signed(body, issuerKey));
}

export function derOf(cert: string): Buffer {
  return new X509Certificate(cert).raw;
}

function signed(body: Buffer, key: KeyObject): Buffer {
  return sequence(body, ECDSA_WITH_SHA256, bitString(0, sign('sha256', body, key)));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function nameOf(name: string): Buffer {
  return name === '' ? sequence() : sequence(setOf(sequence(objectId('2.5.4.3'), utf8String(name))));
}

export function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function newSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
