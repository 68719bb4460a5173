import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { gateUri, serverOfGate } from '../../core/audit/archiving/gate-name.ts';
import { issueAuthority, issueGate } from '../tls/authority.ts';
import { certificateRequestSchema } from './gate-certificate.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

test('a certificate is for the key that was sent, names the server, and is for clients, for a day', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  const authority = issueAuthority(now);
  const key = certificateRequestSchema.parse({ publicKey: pem }).publicKey;
  const certificate = new X509Certificate(issueGate(authority, gateUri('finance', 'ledger'), key, now));
  expect(certificate.verify(createPublicKey(authority.key))).toBe(true);
  expect(certificate.checkPrivateKey(privateKey)).toBe(true);
  expect(serverOfGate(certificate.subjectAltName)).toBe('finance/ledger');
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(certificate.ca).toBe(false);
  expect(certificate.validToDate.getTime()).toBe(now + 86_400_000);
});

describe('no key is', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'pem' });
  test.for([
    ['nothing', ''],
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['one of RSA', rsa.toString()],
    ['one of another curve', other.toString()],
    ['a damaged one', pem.replace(/[A-Za-z]{8}/, 'AAAAAAAA').slice(0, 80)],
  ])('%s', ([, text]) => {
    expect(certificateRequestSchema.safeParse({ publicKey: text }).success).toBe(false);
  });
});
