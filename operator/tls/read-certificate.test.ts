import { describe, expect, test } from 'vitest';
import { issueAuthority, issueServing } from './authority.ts';
import { complaintAbout, isIssuedBy, readCertificate } from './read-certificate.ts';

const NOW = Date.parse('2026-09-01T00:00:00Z');
const authority = issueAuthority(NOW);
const other = issueAuthority(NOW);
const serving = issueServing(authority, ['a.svc', 'b.svc'], NOW);

test('a certificate tells whose it is and since when, without the hour for clocks that differ', () => {
  expect(readCertificate(serving.cert)).toMatchObject({
    isAuthority: false,
    dnsNames: ['a.svc', 'b.svc'],
    issuedAt: NOW,
  });
  expect(readCertificate(authority.cert)).toMatchObject({ isAuthority: true });
});

test('what is no certificate throws', () => {
  expect(() => readCertificate('PEM')).toThrow();
});

test('a signature is that of one authority', () => {
  expect([isIssuedBy(serving.cert, authority.cert), isIssuedBy(serving.cert, other.cert)]).toEqual([true, false]);
});

describe('a pair', () => {
  test.each([
    ['of an authority', authority, 'authority', undefined],
    ['that is served', serving, 'serving', undefined],
    ['that is served, as an authority', serving, 'authority', 'is not the certificate of an authority'],
    ['of an authority, served', authority, 'serving', 'is the certificate of an authority'],
    ['of two pairs', { cert: authority.cert, key: other.key }, 'authority', 'does not belong to its key'],
    [
      'with a key that is cut',
      { cert: authority.cert, key: authority.key.slice(0, 60) },
      'authority',
      'cannot be read',
    ],
  ] as const)('%s', (_, pair, role, complaint) => {
    expect(complaintAbout(pair, role)).toBe(complaint);
  });

  test('that cannot be read is not quoted', () => {
    const key = `-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n`;
    expect(complaintAbout({ cert: authority.cert, key }, 'authority')).not.toContain('c2VjcmV0');
  });
});
