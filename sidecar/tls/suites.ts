/** Which TLS is spoken with clients. */
import type { SecureContextOptions } from 'node:tls';

/**
 * TLS 1.3 (RFC 8446) where the client has it, else 1.2 with those of its suites that have both forward secrecy and authenticated
 * encryption (RFC 9325 §4.2); anything older is refused (RFC 8996). The 128-bit key comes first: it is the cheaper one, and nobody breaks it.
 */
export const SUITES: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ].join(':'),
};
