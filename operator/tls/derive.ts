/**
 * Secrets that every replica of the operator has without a Secret of their own: derived (HKDF-SHA256, RFC 5869) from the private key
 * of an authority. They live as long as it does, and say nothing about it or about each other.
 */
import { createPrivateKey, hkdfSync } from 'node:crypto';
import type { KeyPair } from './read-certificate.ts';

const BYTES = 32;

/** `info` says what it is for and for whom: another `info`, another secret. */
export function deriveSecret({ key }: KeyPair, info: string): Buffer {
  // The number alone (RFC 7518 §6.2.2.1): how it is wrapped differs between versions of OpenSSL.
  const { d = '' } = createPrivateKey(key).export({ format: 'jwk' });
  if (d === '') throw new Error('the private key of the authority has no number to derive from');
  const material = Buffer.from(d, 'base64url');
  return Buffer.from(hkdfSync('sha256', material, Buffer.alloc(0), info, BYTES));
}
