/** SHA-256 in the spellings Sallyport prints. */
import { createHmac, hash } from 'node:crypto';

/** `sha256:` and 64 lower-case hex digits. */
export function sha256(data: string | Buffer): string {
  return `sha256:${hash('sha256', data, 'hex')}`;
}

/** 64 lower-case hex digits of HMAC-SHA-256 (RFC 2104), for values that a plain digest would let anyone guess. */
export function hmacSha256Hex(key: Buffer, data: string): string {
  return createHmac('sha256', key).update(data).digest('hex');
}
