import { describe, expect, it } from 'vitest';
import { approvalSchema } from './approval.ts';

const complaints = (said: unknown): string[] =>
  (approvalSchema.safeParse(said).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

const TREASURY = { approvers: { groups: ['treasury'] } };
const SECURITY = { approvers: { groups: ['security'] } };

describe('how a call waits for people', () => {
  it.each([
    [{}],
    [{ quorum: 2 }],
    [{ quorum: 2, ...TREASURY }],
    [{ all: [TREASURY, SECURITY] }],
    [{ veto: false, onTimeout: 'Deny' }],
  ])('may be %j', (said) => expect(complaints(said)).toEqual([]));

  it('is silent by default of all but its times', () => {
    expect(approvalSchema.parse({})).toEqual({ expires: '15m', hold: '45s', veto: true, onTimeout: 'Deny' });
  });

  it.each([
    ['all', { quorum: 2, all: [TREASURY, SECURITY] }, /stands beside quorum or approvers/],
    ['all', { ...TREASURY, all: [TREASURY, SECURITY] }, /stands beside quorum or approvers/],
    ['all', { all: [TREASURY] }, /./],
    ['onTimeout', { onTimeout: 'Allow' }, /./],
    ['quorum', { quorum: 0 }, /./],
    ['hold', { hold: '6m' }, /from 0s to 5m/],
  ])('%s is refused in %j', (field, said, words) => {
    expect(
      complaints(said)
        .filter((one) => one.startsWith(field))
        .join(),
    ).toMatch(words);
  });

  it('is never more votes than there are people', () => {
    expect(complaints({ quorum: 2, approvers: { users: ['ada'] } })).toHaveLength(1);
    expect(complaints({ all: [{ quorum: 2, approvers: { users: ['ada'] } }, SECURITY] })).toHaveLength(1);
  });
});
