import { expect, it } from 'vitest';
import type { Revocation } from '../../../core/api/revocations.ts';
import { NOTHING_REVOKED, type Revocable, RevocationTable } from './revocation-table.ts';

const ISSUER = 'https://login.example.com';
const token: Revocable = { issuer: ISSUER, name: 'ada@example.com', jti: 't1', sub: 'ada', iat: 1_000 };

it.each<[string, Omit<Revocation, 'key'>, boolean]>([
  ['its id', { jti: ['t0', 't1'] }, true],
  ['another id', { jti: ['t2'] }, false],
  ['its id at its issuer', { jti: ['t1'], issuer: ISSUER }, true],
  ['its id at another issuer', { jti: ['t1'], issuer: 'https://other.example.com' }, false],
  ['its subject', { subject: ['ada'] }, true],
  ['a subject that is the name', { subject: ['ada@example.com'] }, false],
  ['its name', { name: ['bob', 'ada@example.com'] }, true],
  ['its subject, issued before', { subject: ['ada'], issuedBefore: 1_000_001 }, true],
  ['its subject, issued in that moment', { subject: ['ada'], issuedBefore: 1_000_000 }, false],
  ['its subject and another name', { subject: ['ada'], name: ['bob'] }, false],
  ['a time after it', { issuedBefore: 2_000_000 }, true],
  ['a time before it', { issuedBefore: 999_999 }, false],
  ['a time after it at another issuer', { issuedBefore: 2_000_000, issuer: 'https://other.example.com' }, false],
])('a token is taken back by %s: %s', (_what, said, is) => {
  expect(new RevocationTable([{ key: 'k', ...said }]).find(token)).toBe(is ? 'k' : undefined);
});

it('a token that does not say when it was issued was issued before', () => {
  const { iat: _, ...timeless } = token;
  expect(new RevocationTable([{ key: 'k', issuedBefore: 1 }]).find(timeless)).toBe('k');
});

it('a token that says nothing of itself is taken back by nothing that it would have to say', () => {
  const mute: Revocable = { issuer: ISSUER, name: 'x' };
  const table = new RevocationTable([
    { key: 'a', jti: ['t1'] },
    { key: 'b', subject: ['ada'] },
    { key: 'c', name: ['x'], subject: ['ada'] },
  ]);
  expect(table.find(mute)).toBeUndefined();
});

it('of several entries about one value each counts', () => {
  const table = new RevocationTable([
    { key: 'a', subject: ['ada'], issuedBefore: 1 },
    { key: 'b', subject: ['ada'], issuer: ISSUER },
  ]);
  expect(table.find(token)).toBe('b');
  expect(NOTHING_REVOKED.find(token)).toBeUndefined();
});
