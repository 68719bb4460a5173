import { describe, expect, it } from 'vitest';
import { MAX_QUORUMS } from '../../core/api/approvers.ts';
import { UnknownPolicyError, votesOf } from './policy-terms.ts';

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
