/** A CA of a test, and certificates by it: X.509 (RFC 5280) in as few bytes as TLS takes. */
import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface TestCertificate {
  /** PEM, as everything here. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const ECDSA_WITH_SHA256 = sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = tlv(0x06, Buffer.from('550403', 'hex'));
const BASIC_CONSTRAINTS = tlv(0x06, Buffer.from('551d13', 'hex'));
const SUBJECT_ALT_NAME = tlv(0x06, Buffer.from('551d11', 'hex'));
const TRUE = tlv(0x01, Buffer.from([0xff]));
const EXT_KEY_USAGE = tlv(0x06, Buffer.from('551d25', 'hex'));

/** What a certificate says; by default it is one for servers at 127.0.0.1 and localhost, good until 2049. */
export interface Said {
  /** DNS names and IPv4 addresses; none: it has a common name alone. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Object identifier of what it is for, of id-kp (RFC 5280 §4.2.1.12): 1 servers, 2 clients. */
  readonly usage?: 1 | 2;
  readonly key?: 'P-256' | 'RSA-1024';
}

export interface TestAuthority {
  readonly ca: string;
  /** For localhost, to the private key of this one. */
  readonly certify: (publicKey: KeyObject) => string;
  readonly issue: (said?: Said) => { readonly cert: string; readonly key: string };
}

export function testAuthority(): TestAuthority {
  const authority = keyPair();
  const issuer = nameOf(`test CA ${randomBytes(4).toString('hex')}`);
  const isCa = sequence(BASIC_CONSTRAINTS, TRUE, tlv(0x04, sequence(TRUE)));
  const [from, to] = [new Date('2020-01-01T00:00:00Z'), new Date('2049-12-31T23:59:59Z')];
  return {
    ca: certificate(issuer, issuer, authority.publicKey, [isCa], authority.privateKey, [from, to]),
    certify: (publicKey) =>
      certificate(
        issuer,
        nameOf('server'),
        publicKey,
        [alternatives(['127.0.0.1', 'localhost'])],
        authority.privateKey,
        [from, to],
      ),
    issue({ names = ['127.0.0.1', 'localhost'], notBefore = from, notAfter = to, usage, key = 'P-256' } = {}) {
      const { publicKey, privateKey } =
        key === 'P-256' ? keyPair() : generateKeyPairSync('rsa', { modulusLength: 1024 });
      const extensions = [...(names.length === 0 ? [] : [alternatives(names)]), ...(usage ? [usageOf(usage)] : [])];
      const times = [notBefore, notAfter] as const;
      return {
        cert: certificate(issuer, nameOf('operator'), publicKey, extensions, authority.privateKey, times),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

export function issueForLoopback(): TestCertificate {
  const { ca, issue } = testAuthority();
  return { ca, ...issue({ names: ['127.0.0.1'] }) };
}

function alternatives(names: readonly string[]): Buffer {
  const general = names.map((name) =>
    isIPv4(name) ? tlv(0x87, Buffer.from(name.split('.').map(Number))) : tlv(0x82, Buffer.from(name)),
  );
  return sequence(SUBJECT_ALT_NAME, tlv(0x04, sequence(...general)));
}

function usageOf(usage: number): Buffer {
  return sequence(EXT_KEY_USAGE, tlv(0x04, sequence(tlv(0x06, Buffer.from([0x2b, 6, 1, 5, 5, 7, 3, usage])))));
}

function keyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function certificate(
  issuer: Buffer,
  subject: Buffer,
  key: KeyObject,
  extensions: readonly Buffer[],
  signer: KeyObject,
  [notBefore, notAfter]: readonly [Date, Date],
): string {
  const signed = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer,
    sequence(utcTime(notBefore), utcTime(notAfter)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [tlv(0xa3, sequence(...extensions))]),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', signed, signer)]));
  const base64 = sequence(signed, ECDSA_WITH_SHA256, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(commonName)))));
}

/** Two digits of the year: 1950 to 2049. */
function utcTime(at: Date): Buffer {
  return tlv(
    0x17,
    Buffer.from(
      at
        .toISOString()
        .replaceAll(/[-:T]|[.]000/g, '')
        .slice(2),
    ),
  );
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** DER: lengths above 127 take one or two bytes more here. */
function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}
