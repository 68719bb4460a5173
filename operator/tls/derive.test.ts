import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueAuthority } from './authority.ts';
import { deriveSecret } from './derive.ts';
import type { KeyPair } from './read-certificate.ts';

const NOW = Date.parse('2026-09-01T00:00:00Z');

/** The scalar 1: a key that everybody can write down. */
const KNOWN: KeyPair = {
  cert: '',
  key: createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE',
      x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
      y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
    },
  })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString(),
};

describe('deriveSecret', () => {
  it('gives the same 32 bytes for ever: replicas of different versions have to agree', () => {
    expect(deriveSecret(KNOWN, 'for a test').toString('hex')).toBe(
      '6c353aa3015783512f83021e66628e52a06140e937ff8e0698bc3b9c5c16757f',
    );
  });

  it('does not mind how the key is written', () => {
    const sec1 = createPrivateKey(KNOWN.key).export({ type: 'sec1', format: 'pem' }).toString();
    expect(deriveSecret({ ...KNOWN, key: sec1 }, 'x')).toEqual(deriveSecret(KNOWN, 'x'));
  });

  it('gives others for another purpose and for another authority', () => {
    const [a, b] = [issueAuthority(NOW), issueAuthority(NOW)];
    const secrets = [deriveSecret(a, 'x'), deriveSecret(a, 'y'), deriveSecret(b, 'x'), deriveSecret(b, 'y')];
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(4);
  });
});
