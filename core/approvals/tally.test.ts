import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quorumsOf } from './quorums.ts';
import { type CastVote, shortTally, tallyInWords, tallyOf, type VoteTerms } from './tally.ts';

const yes = (username: string, ...groups: string[]): CastVote => ({ username, groups, decision: 'Approved' });
const no = (username: string, ...groups: string[]): CastVote => ({ username, groups, decision: 'Denied' });

const treasury = { groups: ['treasury'] };
const twoOfTreasury = { quorums: quorumsOf({ quorum: 2, approvers: treasury }) };
const dual = { quorums: quorumsOf({ all: [{ approvers: treasury }, { approvers: { groups: ['security'] } }] }) };
const named = { quorums: quorumsOf({ quorum: 2, approvers: { users: ['ada', 'grace', 'mary'] } }), veto: false };

describe('votes come to', () => {
  test.each<[string, VoteTerms, CastVote[], string | undefined, string]>([
    ['nothing without any', {}, [], undefined, '0 of 1 vote'],
    ['yes by one', {}, [yes('ada')], 'Approved', '1 of 1 vote'],
    ['no by one', {}, [no('ada')], 'Denied', '0 of 1 vote'],
    ['nothing while one is missing', { quorums: [{ quorum: 2 }] }, [yes('ada')], undefined, '1 of 2 votes'],
    [
      'nothing while one of a group is missing',
      twoOfTreasury,
      [yes('ada', 'treasury')],
      undefined,
      '1 of 2 votes; still needs 1 of treasury',
    ],
    [
      'yes by two of a group',
      twoOfTreasury,
      [yes('ada', 'treasury'), yes('grace', 'treasury')],
      'Approved',
      '2 of 2 votes',
    ],
    [
      'nothing by one who is in no group',
      twoOfTreasury,
      [yes('ada', 'treasury'), yes('eve')],
      undefined,
      '2 of 3 votes; still needs 1 of treasury',
    ],
    [
      'no by one veto',
      twoOfTreasury,
      [yes('ada', 'treasury'), no('grace', 'treasury')],
      'Denied',
      '1 of 2 votes; still needs 1 of treasury',
    ],
    [
      'no by a veto though all is met',
      twoOfTreasury,
      [yes('a', 'treasury'), yes('b', 'treasury'), no('c', 'treasury')],
      'Denied',
      '2 of 2 votes',
    ],
    [
      'nothing at the beginning of a dual path',
      dual,
      [],
      undefined,
      '0 of 2 votes; still needs 1 of security and 1 of treasury',
    ],
    [
      'nothing by one who is in both groups',
      dual,
      [yes('ada', 'treasury', 'security')],
      undefined,
      '1 of 2 votes; still needs 1 of security or treasury',
    ],
    [
      'yes by two of whom one is in both',
      dual,
      [yes('ada', 'treasury', 'security'), yes('bob', 'security')],
      'Approved',
      '2 of 2 votes',
    ],
    [
      'nothing by two of one group',
      dual,
      [yes('ada', 'treasury'), yes('grace', 'treasury')],
      undefined,
      '2 of 3 votes; still needs 1 of security',
    ],
    [
      'nothing by a no without a veto',
      named,
      [no('ada')],
      undefined,
      '0 of 2 votes; still needs 2 of ada or grace or mary',
    ],
    [
      'no once too few are left',
      named,
      [no('ada'), no('grace')],
      'Denied',
      '0 of 2 votes; still needs 2 of ada or grace or mary',
    ],
    ['yes against a no without a veto', named, [no('ada'), yes('grace'), yes('mary')], 'Approved', '2 of 2 votes'],
    [
      'no by as many as it takes to approve',
      { ...twoOfTreasury, veto: false },
      [yes('c', 'treasury'), no('a', 'treasury'), no('b', 'treasury')],
      'Denied',
      '1 of 2 votes; still needs 1 of treasury',
    ],
  ])('%s', (_, terms, votes, outcome, words) => {
    const tally = tallyOf(terms, votes);
    expect([tally.outcome, tallyInWords(tally)]).toEqual([outcome, words]);
    expect(shortTally(tally)).toBe(words.replace(/^(\d+) of (\d+).*/, '$1/$2'));
  });
});

test('who decided is whoever made it so', () => {
  expect(tallyOf(twoOfTreasury, [yes('ada', 'treasury'), no('grace', 'treasury')]).by).toEqual([
    no('grace', 'treasury'),
  ]);
  expect(tallyOf({ quorums: [{ quorum: 2 }] }, [yes('a'), yes('b')]).by).toEqual([yes('a'), yes('b')]);
});

test('long lists of names are cut', () => {
  const users = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(tallyInWords(tallyOf({ quorums: [{ quorum: 1, approvers: { users } }] }, []))).toBe(
    '0 of 1 vote; still needs 1 of a, b, c, d or 2 more',
  );
});

/** Whether people can be given to paths, each to one: by trying all ways. */
function canBeGiven(
  paths: readonly { quorum: number; group: string }[],
  people: readonly (readonly string[])[],
): boolean {
  const places = paths.flatMap(({ quorum, group }) => Array.from({ length: quorum }, () => group));
  const fill = (place: number, free: readonly (readonly string[])[]): boolean =>
    place === places.length ||
    free.some((groups, at) => groups.includes(places[place] ?? '') && fill(place + 1, free.toSpliced(at, 1)));
  return fill(0, people);
}

test('the paths of `all` are met exactly if different people meet each', () => {
  const group = fc.constantFrom('a', 'b', 'c');
  const paths = fc.array(fc.record({ quorum: fc.integer({ min: 1, max: 2 }), group }), { minLength: 2, maxLength: 3 });
  const people = fc.array(fc.uniqueArray(group, { maxLength: 3 }), { maxLength: 5 });
  fc.assert(
    fc.property(paths, people, (all, groups) => {
      const said = all.map(({ quorum, group: name }) => ({ quorum, approvers: { groups: [name] } }));
      const votes = groups.map((of, at) => yes(`user-${at}`, ...of));
      const isMet = tallyOf({ quorums: quorumsOf({ all: said }) }, votes).outcome === 'Approved';
      expect(isMet).toBe(canBeGiven(all, groups));
    }),
  );
});
