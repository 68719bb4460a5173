/** A CA of a test, and a certificate for 127.0.0.1 by it: X.509 (RFC 5280) in as few bytes as TLS takes. */
import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

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
const VALIDITY = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));

export function issueForLoopback(): TestCertificate {
  const [authority, server] = [keyPair(), keyPair()];
  const issuer = nameOf(`test CA ${randomBytes(4).toString('hex')}`);
  const isCa = sequence(BASIC_CONSTRAINTS, TRUE, tlv(0x04, sequence(TRUE)));
  const loopback = sequence(SUBJECT_ALT_NAME, tlv(0x04, sequence(tlv(0x87, Buffer.from([127, 0, 0, 1])))));
  return {
    ca: certificate(issuer, issuer, authority.publicKey, isCa, authority.privateKey),
    cert: certificate(issuer, nameOf('operator'), server.publicKey, loopback, authority.privateKey),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function keyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function certificate(issuer: Buffer, subject: Buffer, key: KeyObject, extension: Buffer, signer: KeyObject): string {
  const signed = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    issuer,
    VALIDITY,
    subject,
    key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extension)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', signed, signer)]));
  const base64 = sequence(signed, ECDSA_WITH_SHA256, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(commonName)))));
}

function utcTime(text: string): Buffer {
  return tlv(0x17, Buffer.from(text));
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
