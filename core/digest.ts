/** SHA-256 in the spellings Sallyport prints. */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** `sha256:` and 64 lower-case hex digits. */
export function sha256(data: string | Buffer): string {
  return `sha256:${hash('sha256', data, 'hex')}`;
}

/** Node makes a key of a Buffer anew for every use, which costs ten times what hashing a small text does. */
const keys = new WeakMap<Buffer, KeyObject>();

/** 64 lower-case hex digits of HMAC-SHA-256 (RFC 2104), for values that a plain digest would let anyone guess. */
export function hmacSha256Hex(key: Buffer, data: string): string {
  let secret = keys.get(key);
  if (secret === undefined) keys.set(key, (secret = createSecretKey(key)));
  return createHmac('sha256', secret).update(data).digest('hex');
}
