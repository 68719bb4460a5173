import { describe, expect, it } from 'vitest';
import { MAX_QUORUMS } from '../../core/api/approvers.ts';
import { reasonOf, UnknownPolicyError, votesOf } from './policy-terms.ts';

const quorum = { quorum: 2, approvers: { groups: ['treasury'] } };

describe('the votes that a request asks for', () => {
  it('are not mentioned where one of anybody is enough', () => {
    expect(votesOf({ quorums: undefined, veto: true })).toEqual({});
  });

  it('are those of all rules', () => {
    expect(votesOf({ quorums: [quorum], veto: false })).toEqual({ quorums: [quorum], veto: false });
  });

  it('are never more than a request carries: nobody is asked then', () => {
    const quorums = Array.from({ length: MAX_QUORUMS + 1 }, () => quorum);
    expect(() => votesOf({ quorums, veto: true })).toThrow(UnknownPolicyError);
    expect(votesOf({ quorums: quorums.slice(1), veto: true })).toMatchObject({ quorums: { length: MAX_QUORUMS } });
  });
});

describe('the reason of a request', () => {
  const target = { kind: 'tool', name: 'send' } as const;
  it.each([
    [undefined, undefined, 'tool "send" needs approval'],
    ['look first', undefined, 'look first'],
    [undefined, 'since tool "read" was called', 'since tool "read" was called'],
    ['look first', 'since tool "read" was called', 'look first; since tool "read" was called'],
    [
      'look first',
      'since it was called. The policy says: look first.',
      'since it was called. The policy says: look first.',
    ],
  ])('of %s and %s is %s', (said, came, reason) => {
    expect(reasonOf(said, target, came)).toBe(reason);
  });
});
