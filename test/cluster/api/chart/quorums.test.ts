/** Whose votes count, and how many it takes, is the API server's business as well: the operator cannot approve with fewer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quorumsOf } from '../../../../core/approvals/quorums.ts';
import { BUILD_LIMIT_MS, ChartCluster } from './release.ts';
import { type AskedSpec, FINANCE, Requests } from './requests.ts';
import { serveVotes, VOTE_BY } from './voter.ts';

let cluster: ChartCluster;
let requests: Requests;
let stopServing: (() => Promise<void>) | undefined;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await cluster.install({ approvals: { voteBy: VOTE_BY } });
  stopServing = await serveVotes(cluster);
  await cluster.kubectl('create', 'namespace', FINANCE);
  requests = new Requests(cluster);
  await requests.bind('approvers', 'sallyport-approver', '--group=staff');
  await requests.bind('voters', 'sallyport-voter', '--user=lea', '--user=mallory');
  await requests.act(['staff']);
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await stopServing?.();
  await cluster?.server.stop();
});

const treasury = { groups: ['treasury'] };
const twoOfTreasury = { quorums: [{ quorum: 2, approvers: treasury }] };
const dualPath = {
  quorums: [...(quorumsOf({ all: [{ approvers: treasury }, { approvers: { groups: ['security'] } }] }) ?? [])],
};

const NOT_APPROVED = 'those that there are do not approve this one';

function approve(name: string): Promise<string> {
  return requests.setStatus(name, { state: 'Approved', decidedBy: 'whoever' });
}

describe('a vote', { tags: ['votes'] }, () => {
  it('is kept with those groups of its voter that the request names', async () => {
    const name = await requests.pending(dualPath);
    await requests.vote(name, 'ada', ['staff', 'treasury', 'other'], { decision: 'Approved', reason: 'seen' });
    await requests.vote(name, 'grace', ['security', 'staff', 'treasury']);
    expect((await requests.statusOf(name))['votes']).toEqual([
      { username: 'ada', groups: ['treasury'], decision: 'Approved', reason: 'seen' },
      { username: 'grace', groups: ['security', 'treasury'], decision: 'Approved' },
    ]);
  });

  it('is taken of a user who is named, in whatever groups', async () => {
    const name = await requests.pending({ quorums: [{ quorum: 1, approvers: { users: ['ada'] } }] });
    await requests.vote(name, 'ada', ['staff']);
    expect((await requests.statusOf(name))['votes']).toEqual([{ username: 'ada', decision: 'Approved' }]);
  });

  it.each<[who: string, spec: AskedSpec, user: string, groups: string[], message: string]>([
    [
      'is in none of the groups',
      twoOfTreasury,
      'eve',
      ['staff', 'other'],
      'eve is not among those who decide on this request: that takes 2 of treasury',
    ],
    [
      'is not the user who is named',
      { quorums: [{ quorum: 1, approvers: { users: ['ada'], groups: ['treasury'] } }] },
      'eve',
      ['staff'],
      'that takes 1 of treasury or ada',
    ],
    ['lacks the right, though in the group', twoOfTreasury, 'mallory', ['treasury'], 'that takes the verb "approve"'],
    [
      'stands behind the caller',
      { ...twoOfTreasury, principal: { kubernetesUsers: ['ada', 'system:serviceaccount:finance:billing'] } },
      'ada',
      ['staff', 'treasury'],
      'ada stands behind billing-agent, who made this call',
    ],
    [
      'is in a group that stands behind the caller',
      { principal: { kubernetesGroups: ['billing-team'] } },
      'ada',
      ['staff', 'billing-team'],
      'ada is in a group that stands behind billing-agent, who made this call',
    ],
    ['made the call', twoOfTreasury, 'billing-agent', ['staff', 'treasury'], 'billing-agent made this call'],
  ])('of somebody who %s is refused, with the reason', async (_, spec, user, groups, message) => {
    const name = await requests.pending(spec);
    await expect(requests.vote(name, user, groups)).rejects.toThrow(message);
    await expect(requests.vote(name, user, groups, { decision: 'Denied' })).rejects.toThrow(message);
    expect(await requests.statusOf(name)).not.toHaveProperty('votes');
  });

  it('does not make its voter a member of other groups', async () => {
    const name = await requests.pending(dualPath);
    const forged = [{ username: 'ada', groups: ['treasury', 'security'], decision: 'Approved' }];
    await expect(requests.vote(name, 'ada', ['staff', 'treasury'], { votes: forged })).rejects.toThrow(
      'one vote in your own name',
    );
  });
});

describe('the right to decide on one server', () => {
  it('is the verb on the MCPServer of that name', async () => {
    const role = ['create', 'role', 'decides-on-ledger', '-n', FINANCE, '--verb=approve'];
    await cluster.kubectl(...role, '--resource=mcpservers.sallyport.dev', '--resource-name=ledger');
    await cluster.kubectl(
      'create',
      'rolebinding',
      'decides-on-ledger',
      '-n',
      FINANCE,
      '--role=decides-on-ledger',
      '--user=lea',
    );
    const [mine, other] = [await requests.pending(), await requests.pending({ server: 'bank' })];
    await expect.poll(() => requests.vote(mine, 'lea', []).catch((error: Error) => error.message)).toContain('patched');
    await expect(requests.vote(other, 'lea', [])).rejects.toThrow('or on the MCPServer bank');
  });
});

describe('the operator approves', { tags: ['votes'] }, () => {
  it.each<[what: string, spec: AskedSpec, votes: [string, string[]][]]>([
    [
      'what two of a group approve',
      twoOfTreasury,
      [
        ['ada', ['treasury']],
        ['grace', ['treasury']],
      ],
    ],
    [
      'what one of each group approves',
      dualPath,
      [
        ['ada', ['treasury']],
        ['bob', ['security']],
      ],
    ],
    [
      'what somebody in both groups and one more approve',
      dualPath,
      [
        ['ada', ['treasury', 'security']],
        ['bob', ['security']],
      ],
    ],
    ['without quorums, what anybody approves', {}, [['ada', []]]],
  ])('%s', async (_, spec, votes) => {
    const name = await requests.pending(spec);
    for (const [user, groups] of votes) await requests.vote(name, user, ['staff', ...groups]);
    await approve(name);
    await requests.setStatus(name, { state: 'Consumed', decidedBy: 'whoever' });
    expect(await requests.statusOf(name)).toMatchObject({ state: 'Consumed' });
  });

  it.each<[what: string, spec: AskedSpec, votes: [string, string[]][]]>([
    ['one of two', twoOfTreasury, [['ada', ['treasury']]]],
    [
      'two of one group where it takes one of each',
      dualPath,
      [
        ['ada', ['treasury']],
        ['grace', ['treasury']],
      ],
    ],
    ['one who is in both groups', dualPath, [['ada', ['treasury', 'security']]]],
    [
      'some of what several rules ask',
      { quorums: [{ quorum: 1, approvers: treasury }, { quorum: 2 }] },
      [['ada', ['treasury']]],
    ],
  ])('not by the vote of %s', async (_, spec, votes) => {
    const name = await requests.pending(spec);
    for (const [user, groups] of votes) await requests.vote(name, user, ['staff', ...groups]);
    await expect(approve(name)).rejects.toThrow(NOT_APPROVED);
    expect(await requests.statusOf(name)).toMatchObject({ state: 'Pending' });
  });

  it('against a vote only where the rule has no veto', async () => {
    for (const veto of [true, false]) {
      const name = await requests.pending({ quorums: [{ quorum: 1 }], veto });
      await requests.vote(name, 'ada', ['staff']);
      await requests.vote(name, 'grace', ['staff'], { decision: 'Denied' });
      if (veto) await expect(approve(name)).rejects.toThrow(NOT_APPROVED);
      else await approve(name);
    }
  });
});

describe('the operator says when it saw a vote', () => {
  const ada = { username: 'ada', groups: ['treasury'], decision: 'Approved' };
  const time = '2026-11-21T10:15:00Z';

  it('once, and beside how many there are', async () => {
    const name = await requests.pending(twoOfTreasury);
    await requests.vote(name, 'ada', ['staff', 'treasury']);
    await requests.setStatus(name, { state: 'Pending', tally: '1/2', votes: [{ ...ada, time }] });
    expect(await requests.statusOf(name)).toMatchObject({ tally: '1/2', votes: [{ ...ada, time }] });
    const later = { ...ada, time: '2026-11-21T10:16:00Z' };
    await expect(requests.setStatus(name, { state: 'Pending', votes: [later] })).rejects.toThrow('does not vote');
  });

  it.each<[what: string, votes: object[]]>([
    ['the groups', [{ ...ada, groups: ['security', 'treasury'], time }]],
    ['the decision', [{ ...ada, decision: 'Denied', time }]],
    ['the reason', [{ ...ada, reason: 'made up', time }]],
    [
      'the number',
      [
        { ...ada, time },
        { username: 'grace', groups: ['treasury'], decision: 'Approved' },
      ],
    ],
  ])('and changes %s of none', async (_, votes) => {
    const name = await requests.pending(dualPath);
    await requests.vote(name, 'ada', ['staff', 'treasury']);
    await expect(requests.setStatus(name, { state: 'Pending', votes })).rejects.toThrow(/does not vote|was changed/);
  });
});

it('a request of the largest size that the kind allows is decided within the time that the API server takes for it', async () => {
  const names = (of: string, count: number) => Array.from({ length: count }, (_, i) => `${of}-${i}-${'x'.repeat(200)}`);
  const groups = names('group', 24);
  const quorums = Array.from({ length: 16 }, (_, i) => ({
    quorum: i === 0 ? 3 : 1,
    approvers: { users: names(`user-${i}`, 96), groups },
  }));
  const name = await requests.pending({ quorums });
  const many = [...names('other', 200), ...groups];
  for (const user of ['ada', 'grace', 'mary']) await requests.vote(name, user, ['staff', ...many]);
  await approve(name);
  expect(await requests.statusOf(name)).toMatchObject({ state: 'Approved' });
});
