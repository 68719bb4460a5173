import { describe, expect, it } from 'vitest';
import { issueAuthority } from '../tls/authority.ts';
import { deriveSecret } from '../tls/derive.ts';
import type { KeyPair } from '../tls/read-certificate.ts';
import { handleKeyOf, type ServerIdentity } from './handle-key.ts';

const NOW = Date.parse('2026-09-01T00:00:00Z');
const [authority, following] = [issueAuthority(NOW), issueAuthority(NOW)];
const LEDGER: ServerIdentity = { namespace: 'finance', name: 'ledger', uid: 'a1' };

/** The certificates of a replica as `Certificates` derives from them. */
function replica(issuing: KeyPair, next?: KeyPair) {
  return {
    derive: (info: string) => ({
      current: deriveSecret(issuing, info),
      next: next === undefined ? undefined : deriveSecret(next, info),
    }),
  };
}

describe('the handle key', () => {
  it('is the same from every replica, 32 bytes in base64url', () => {
    const answer = handleKeyOf(LEDGER, replica(authority));
    expect(answer).toEqual(handleKeyOf({ ...LEDGER }, replica({ ...authority })));
    expect(answer.handleKey).toMatch(/^[\w-]{43}$/);
    expect(answer).not.toHaveProperty('nextHandleKey');
  });

  it.each<[string, Partial<ServerIdentity>]>([
    ['of another name', { name: 'ledger-2' }],
    ['of another namespace', { namespace: 'sales' }],
    ['that was made anew', { uid: 'a2' }],
  ])('is another one for a server %s', (_, other) => {
    const [one, two] = [LEDGER, { ...LEDGER, ...other }].map((server) => handleKeyOf(server, replica(authority)));
    expect(one?.handleKey).not.toBe(two?.handleKey);
  });

  it('is known before it is used: the next one is that of the next authority', () => {
    const before = handleKeyOf(LEDGER, replica(authority, following));
    const after = handleKeyOf(LEDGER, replica(following));
    expect(before.handleKey).toBe(handleKeyOf(LEDGER, replica(authority)).handleKey);
    expect(before.nextHandleKey).toBe(after.handleKey);
  });
});
