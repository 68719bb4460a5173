import { describe, expect, it } from 'vitest';
import { type Circumstances, judgeGrant, type StoredGrantParts } from './judge.ts';

const NOW = Date.parse('2026-11-21T10:30:00Z');
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const uses = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: String(at).padStart(32, '0'), digest: 'sha256:x', time: iso(NOW) }));

function grant(spec: object = {}, status: object = {}): StoredGrantParts {
  return {
    metadata: { creationTimestamp: '2026-11-21T10:00:00Z' },
    spec: {
      ...{ server: 'ledger', tool: 'transfer', principal: { name: 'billing-agent' }, arguments: [], rules: ['a/b#c'] },
      ...{ maxUses: 10, expiresAt: '2026-11-21T12:00:00Z', grantedBy: { username: 'ada', groups: ['treasury'] } },
      ...spec,
    },
    status: { state: 'Pending', ...status },
  };
}

function circumstances(more: Partial<Circumstances> = {}): Circumstances {
  return { now: NOW, allowance: { maxMs: 2 * HOUR, maxUses: 10 }, votes: {}, behind: {}, ...more };
}

const two = { quorums: [{ quorum: 2, approvers: { groups: ['treasury'] } }] };
const grace = { username: 'grace', decision: 'Approved', groups: ['treasury'] };

describe('a grant', () => {
  it('is active when one person is enough and the rules allow it', () => {
    expect(judgeGrant(grant({}, { used: uses(3) }), circumstances())).toEqual({
      state: 'Active',
      reason: 'Active',
      message: '3 of 10 uses, until 2026-11-21T12:00:00Z.',
      endsAt: Date.parse('2026-11-21T12:00:00Z'),
    });
  });

  it('is active when as many have voted as the rules ask for', () => {
    expect(judgeGrant(grant({}, { votes: [grace] }), circumstances({ votes: two }))).toMatchObject({ state: 'Active' });
  });

  it.each<[string, StoredGrantParts, Partial<Circumstances>, string, string]>([
    ['taken back', grant({ revoked: true }), {}, 'Revoked', 'taken back'],
    ['denied', grant({}, { votes: [{ ...grace, decision: 'Denied' }] }), {}, 'Denied', 'grace denied it'],
    ['used up', grant({ maxUses: 2 }, { used: uses(2) }), {}, 'UsedUp', 'all of its 2 calls'],
    ['over in the moment of its end', grant(), { now: Date.parse('2026-11-21T12:00:00Z') }, 'Expired', 'time is over'],
    [
      'refused by the rules',
      grant(),
      { allowance: { refused: 'rule x allows no grants' } },
      'Refused',
      'Rule x allows',
    ],
    ['too long', grant(), { allowance: { maxMs: HOUR, maxUses: 10 } }, 'Refused', 'longer than 1 h'],
    ['too long', grant(), { allowance: { maxMs: 90 * 60_000 - 1, maxUses: 10 } }, 'Refused', 'longer than 89 min'],
    ['of too many uses', grant(), { allowance: { maxMs: 2 * HOUR, maxUses: 9 } }, 'Refused', 'more than 9 uses'],
    ['made by the caller', grant({ principal: { name: 'ada' } }), {}, 'Refused', 'ada stands behind ada'],
    ['made by who stands behind it', grant(), { behind: { kubernetesUsers: ['ada'] } }, 'Refused', 'ada stands behind'],
    [
      'made by one of a group behind it',
      grant(),
      { behind: { kubernetesGroups: ['treasury'] } },
      'Refused',
      'ada stands',
    ],
    [
      'voted for by who stands behind it',
      grant({}, { votes: [grace] }),
      { votes: two, behind: { kubernetesUsers: ['grace'] } },
      'Refused',
      'grace stands behind',
    ],
    [
      'made by one of so many groups that one of them may stand behind it',
      grant({ grantedBy: { username: 'ada', groups: Array.from({ length: 64 }, (_, at) => `group-${at}`) } }),
      { behind: { kubernetesGroups: ['billing-team'] } },
      'Refused',
      'more groups than a grant keeps',
    ],
    [
      'denied, where a rule has no veto for calls',
      grant({}, { votes: [{ ...grace, decision: 'Denied' }] }),
      { votes: { veto: false } },
      'Denied',
      'grace denied it',
    ],
    ['short of votes', grant(), { votes: two }, 'Pending', '1 of 2 votes; still needs 1 of treasury'],
    [
      'voted for by its author alone',
      grant({}, { votes: [{ ...grace, username: 'ada' }] }),
      { votes: two },
      'Pending',
      '1 of 2',
    ],
    [
      'made by somebody who is no approver',
      grant({ grantedBy: { username: 'eve' } }),
      { votes: { quorums: [{ quorum: 1, approvers: { groups: ['treasury'] } }] } },
      'Pending',
      'still needs 1 of treasury',
    ],
  ])('is not active: %s', (_what, stored, more, state, message) => {
    expect(judgeGrant(stored, circumstances(more))).toMatchObject({
      state,
      message: expect.stringContaining(message) as string,
    });
  });

  it('is cut by what clocks differ by, and not refused', () => {
    const late = grant({ expiresAt: '2026-11-21T12:05:00Z' });
    expect(judgeGrant(late, circumstances())).toMatchObject({
      state: 'Active',
      endsAt: Date.parse('2026-11-21T12:00:00Z'),
    });
    const later = grant({ expiresAt: '2026-11-21T12:05:01Z' });
    expect(judgeGrant(later, circumstances())).toMatchObject({ state: 'Refused', reason: 'TooLong' });
  });
});
