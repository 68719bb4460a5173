import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { handleKeyOf, type ServerIdentity } from './handle-key.ts';

const LEDGER: ServerIdentity = { namespace: 'finance', name: 'ledger', uid: 'a1' };
const of = (secret: Buffer, info: string): Buffer => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32));

/** A replica with these keys. */
function replica(current: Buffer, other?: Buffer) {
  return {
    of: (info: string) => ({ current: of(current, info), other: other === undefined ? undefined : of(other, info) }),
  };
}

const [key, following] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe('the handle key', () => {
  it('is the same from every replica, 32 bytes in base64url', () => {
    const answer = handleKeyOf(LEDGER, replica(key));
    expect(answer).toEqual(handleKeyOf({ ...LEDGER }, replica(Buffer.from(key))));
    expect(answer.handleKey).toMatch(/^[\w-]{43}$/);
    expect(answer).not.toHaveProperty('nextHandleKey');
  });

  it.each<[string, Partial<ServerIdentity>]>([
    ['of another name', { name: 'ledger-2' }],
    ['of another namespace', { namespace: 'sales' }],
    ['that was made anew', { uid: 'a2' }],
  ])('is another one for a server %s', (_, other) => {
    const [one, two] = [LEDGER, { ...LEDGER, ...other }].map((server) => handleKeyOf(server, replica(key)));
    expect(one?.handleKey).not.toBe(two?.handleKey);
  });

  it('is known before it is used, and after', () => {
    const before = handleKeyOf(LEDGER, replica(key, following));
    const after = handleKeyOf(LEDGER, replica(following, key));
    expect([before.handleKey, before.nextHandleKey]).toEqual([after.nextHandleKey, after.handleKey]);
  });
});
