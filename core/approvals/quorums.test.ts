import { describe, expect, test } from 'vitest';
import { type Quorums, quorumsOf, together } from './quorums.ts';

const treasury = { groups: ['treasury'] };
const security = { groups: ['security'] };

describe('what a rule says', () => {
  test.each<[string, Parameters<typeof quorumsOf>[0], Quorums | undefined]>([
    ['is one vote of anybody without a word', {}, undefined],
    ['and with one', { quorum: 1 }, undefined],
    ['is several votes', { quorum: 2 }, [{ quorum: 2 }]],
    [
      'is votes of some, in one order',
      { approvers: { users: ['b', 'a', 'a'] } },
      [{ quorum: 1, approvers: { users: ['a', 'b'] } }],
    ],
    [
      'is a vote of each of two groups, of two people',
      { all: [{ approvers: treasury }, { approvers: security }] },
      [
        { quorum: 2, approvers: { groups: ['security', 'treasury'] } },
        { quorum: 1, approvers: security },
        { quorum: 1, approvers: treasury },
      ],
    ],
    [
      'is two of a group that is named twice',
      { all: [{ approvers: treasury }, { approvers: treasury }] },
      [{ quorum: 2, approvers: treasury }],
    ],
    [
      'is one who is named, and two of a group that may have them in it',
      { all: [{ quorum: 2, approvers: treasury }, { approvers: { users: ['ada'] } }] },
      [
        { quorum: 3, approvers: { users: ['ada'], groups: ['treasury'] } },
        { quorum: 2, approvers: treasury },
        { quorum: 1, approvers: { users: ['ada'] } },
      ],
    ],
  ])('%s', (_, said, quorums) => {
    expect(quorumsOf(said)).toEqual(quorums);
  });

  test('of three paths is a quorum for every choice of them', () => {
    const all = ['a', 'b', 'c'].map((name) => ({ approvers: { groups: [name] } }));
    expect(quorumsOf({ all })).toHaveLength(7);
  });
});

describe('several rules', () => {
  const [two, ofTreasury, ofSecurity] = [
    { quorum: 2 },
    { quorum: 1, approvers: treasury },
    { quorum: 1, approvers: security },
  ];
  test.each<[string, (Quorums | undefined)[], Quorums | undefined]>([
    ['that say nothing say nothing', [undefined, undefined], undefined],
    ['add up', [[ofTreasury], undefined, [ofSecurity]], [ofSecurity, ofTreasury]],
    ['that say the same say it once', [[two], [{ quorum: 2 }]], [two]],
    ['keep the larger number', [[two], [{ quorum: 3 }]], [{ quorum: 3 }]],
    ['keep the smaller circle', [[{ quorum: 1 }], [ofTreasury]], [ofTreasury]],
    ['keep both where neither has the other in it', [[two], [ofTreasury]], [ofTreasury, two]],
    [
      'know that fewer people are harder to get',
      [[{ quorum: 1, approvers: { groups: ['security', 'treasury'] } }], [ofTreasury]],
      [ofTreasury],
    ],
  ])('%s', (_, lists, expected) => {
    expect(together(lists)).toEqual(expected);
    expect(together(lists.toReversed())).toEqual(expected);
  });
});
