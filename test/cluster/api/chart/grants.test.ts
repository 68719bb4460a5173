/** Who may make a standing grant is the API server's business. Each row is one grant and one attempt. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, ChartCluster, OPERATOR } from './release.ts';
import { HAS_VOTE_POLICIES, serveVotes, VOTE_BY } from './voter.ts';

const FINANCE = 'finance';
const TREASURY = ['treasury'];
/** Where names and votes are written by policies; elsewhere a grant says itself who makes it. */
const WRITES = HAS_VOTE_POLICIES && VOTE_BY !== 'Webhook';

let cluster: ChartCluster;
let stopServing: (() => Promise<void>) | undefined;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await cluster.install({ approvals: { voteBy: VOTE_BY } });
  stopServing = await serveVotes(cluster);
  await cluster.kubectl('create', 'namespace', FINANCE);
  await bind('sallyport-grantor', '--group=treasury');
  await cluster.kubectl('create', 'clusterrole', 'writer', '--verb=get,list,create,update,patch,delete', RESOURCES);
  await bind('writer', '--user=eddie', '--user=lena', '--user=billing-agent', `--user=${OPERATOR}`);
  const ofLedger = ['--verb=grant', '--resource=mcpservers.sallyport.dev', '--resource-name=ledger'];
  await cluster.kubectl('create', 'clusterrole', 'of-ledger', ...ofLedger);
  await bind('of-ledger', '--user=lena');
  // A policy acts a second or so after it was made.
  await eventually(
    'all policies act',
    async () => {
      const refused = await make('probe', 'eddie', {}, []).then(
        () => false,
        (error: Error) => error.message.includes('sallyport-grants'),
      );
      if (!refused) return false;
      return made(make('warm', 'ada', WRITES ? { grantedBy: undefined } : {})).then(async () =>
        made(vote('warm', 'grace')),
      );
    },
    30_000,
  );
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await stopServing?.();
  await cluster?.server.stop();
});

const RESOURCES = '--resource=approvalgrants.sallyport.dev,approvalgrants.sallyport.dev/status';

function bind(role: string, ...subjects: string[]): Promise<string> {
  return cluster.kubectl('create', 'rolebinding', role, '-n', FINANCE, `--clusterrole=${role}`, ...subjects);
}

function made(attempt: Promise<string>): Promise<boolean> {
  return attempt.then(
    () => true,
    (error: Error) => error.message.includes('AlreadyExists') || error.message.includes('already'),
  );
}

function grant(name: string, user: string, spec: object = {}) {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalGrant',
    metadata: { name, namespace: FINANCE },
    spec: {
      server: 'ledger',
      tool: 'transfer',
      principal: { name: 'billing-agent' },
      arguments: [{ at: '/amount', max: 5000 }],
      rules: ['finance/payments#transfer'],
      maxUses: 10,
      expiresAt: '2099-01-01T00:00:00Z',
      grantedBy: { username: user },
      ...spec,
    },
  };
}

function make(name: string, user: string, spec: object = {}, groups: readonly string[] = TREASURY): Promise<string> {
  const own = { grantedBy: { username: user, ...(groups.length === 0 ? {} : { groups }) } };
  return cluster.as(user, groups, ['create', '-f', '-'], grant(name, user, { ...own, ...spec }));
}

let count = 0;
async function newGrant(): Promise<string> {
  const name = `grant-${(count += 1)}`;
  await make(name, 'ada', { grantedBy: { username: 'ada', groups: TREASURY } });
  return name;
}

function patch(name: string, user: string, change: object, groups: readonly string[], ...options: string[]) {
  const what = ['patch', 'approvalgrants.sallyport.dev', name, '-n', FINANCE, '--type=merge', ...options];
  return cluster.as(user, groups, [...what, '-p', JSON.stringify(change)]);
}

function vote(name: string, user: string, status: object = { decision: 'Approved' }, groups = TREASURY) {
  return patch(name, user, { status }, groups, '--subresource=status');
}

function setStatus(name: string, status: object): Promise<string> {
  return patch(name, OPERATOR, { status }, [], '--subresource=status');
}

async function stored(name: string): Promise<{ spec: Record<string, unknown>; status: Record<string, unknown> }> {
  return cluster.get('approvalgrants.sallyport.dev', name, '-n', FINANCE);
}

describe('a grant', () => {
  it.runIf(WRITES)('says who made it, whoever that is, and their groups', async () => {
    await make('by-name', 'ada', { grantedBy: undefined }, ['treasury', 'security']);
    expect((await stored('by-name')).spec['grantedBy']).toEqual({
      username: 'ada',
      groups: ['treasury', 'security'],
    });
  });

  it('keeps 64 groups of who is in more, by which it can be told that there are', async () => {
    const many = [...Array.from({ length: 70 }, (_, at) => `group-${at}`), ...TREASURY];
    const groups = [...TREASURY, ...many.slice(0, 63)];
    await make('by-many', 'ada', WRITES ? { grantedBy: undefined } : { grantedBy: { username: 'ada', groups } }, many);
    expect((await stored('by-many')).spec['grantedBy']).toEqual({
      username: 'ada',
      groups: WRITES ? many.slice(0, 64) : groups,
    });
    const few = { grantedBy: { username: 'ada', groups: TREASURY } };
    await expect(make('by-few', 'ada', few, many)).rejects.toThrow('leaves out groups');
  });

  it('is made by who may grant for that server alone', async () => {
    await make('of-ledger', 'lena', {}, []);
    await expect(make('of-other', 'lena', { server: 'other' }, [])).rejects.toThrow('lena may not grant here');
  });

  it.each<[attempt: string, user: string, groups: string[], spec: object, message: string]>([
    [
      'without the verb',
      'eddie',
      [],
      {},
      'takes the verb "grant" on approvalgrants.sallyport.dev, or on the MCPServer',
    ],
    ['in another name', 'ada', TREASURY, { grantedBy: { username: 'grace' } }, 'is grace, and you are ada'],
    [
      'in the name of a group of others',
      'ada',
      TREASURY,
      { grantedBy: { username: 'ada', groups: ['security'] } },
      'names a group that ada is not in',
    ],
    [
      'without a group of the own, which may stand behind the caller',
      'ada',
      [...TREASURY, 'billing-team'],
      { grantedBy: { username: 'ada', groups: TREASURY } },
      'leaves out groups that ada is in',
    ],
    [
      'without any group',
      'ada',
      TREASURY,
      { grantedBy: { username: 'ada' } },
      'name all of them, or 64 where there are more: treasury',
    ],
    ['of the own calls', 'billing-agent', TREASURY, {}, 'billing-agent makes these calls and cannot grant them'],
    ['that is over already', 'ada', TREASURY, { revoked: true }, 'leave revoked out'],
    ['as the operator', OPERATOR, TREASURY, {}, 'the Sallyport operator grants nothing'],
  ])('is not made %s', async (_attempt, user, groups, spec, message) => {
    await expect(make(`refused-${(count += 1)}`, user, spec, groups)).rejects.toThrow(message);
  });

  it('is revoked by who may grant, and by nobody else', async () => {
    const name = await newGrant();
    await expect(patch(name, 'eddie', { spec: { revoked: true } }, [])).rejects.toThrow('eddie may not grant here');
    await expect(patch(name, OPERATOR, { spec: { revoked: true } }, [])).rejects.toThrow('grants nothing');
    await patch(name, 'grace', { spec: { revoked: true } }, TREASURY);
    expect((await stored(name)).spec['revoked']).toBe(true);
  });

  it('is deleted by who may grant, and by the operator when it is over', async () => {
    const remove = (name: string, user: string, groups: string[]) =>
      cluster.as(user, groups, ['delete', 'approvalgrants.sallyport.dev', name, '-n', FINANCE]);
    const [one, other] = [await newGrant(), await newGrant()];
    await expect(remove(one, 'eddie', [])).rejects.toThrow('eddie may not grant here');
    await remove(one, 'grace', TREASURY);
    await remove(other, OPERATOR, []);
  });
});

describe('its status', () => {
  const used = [{ id: 'a'.repeat(32), digest: `sha256:${'a'.repeat(64)}`, time: '2026-11-21T10:00:00Z' }];

  it('counts uses that the operator writes', async () => {
    const name = await newGrant();
    await setStatus(name, { state: 'Active', uses: 1, used });
    expect((await stored(name)).status).toMatchObject({ state: 'Active', uses: 1 });
  });

  it('has one vote a person, in their own name', async () => {
    const name = await newGrant();
    const own = { username: 'grace', groups: TREASURY, decision: 'Approved' };
    await (WRITES
      ? vote(name, 'grace', { decision: 'Approved', reason: 'ok' })
      : vote(name, 'grace', { votes: [own] }));
    expect((await stored(name)).status['votes']).toEqual([WRITES ? { ...own, reason: 'ok' } : own]);
    const twice = WRITES ? { decision: 'Denied' } : { votes: [own, { ...own, username: 'joan' }] };
    await expect(vote(name, 'grace', twice)).rejects.toThrow('grace has decided on this grant already');
  });

  it.each<[attempt: string, user: string, status: object, message: string]>([
    ['of who made it', 'ada', { votes: [{ username: 'ada', decision: 'Approved' }] }, 'ada made this grant'],
    ['of who makes the calls', 'billing-agent', { decision: 'Approved' }, 'billing-agent makes these calls'],
    ['in another name', 'grace', { votes: [{ username: 'joan', decision: 'Approved' }] }, 'in your own name'],
    [
      'with a group of others',
      'grace',
      { votes: [{ username: 'grace', decision: 'Approved', groups: [...TREASURY, 'security'] }] },
      'in your own name',
    ],
    [
      'without a group of the own',
      'grace',
      { votes: [{ username: 'grace', decision: 'Approved' }] },
      'with all groups that you are in',
    ],
    [
      'that says more than a vote',
      'grace',
      { votes: [{ username: 'grace', groups: TREASURY, decision: 'Approved' }], state: 'Active' },
      'only the Sallyport operator writes the rest',
    ],
    ['that counts uses', 'grace', { uses: 1, used }, 'in your own name'],
    ['of the operator', OPERATOR, { votes: [{ username: 'joan', decision: 'Approved' }] }, 'operator does not vote'],
  ])('takes no vote %s', async (_attempt, user, status, message) => {
    await expect(vote(await newGrant(), user, status)).rejects.toThrow(message);
  });

  it('takes no vote once it is decided, and says how to take it back', async () => {
    const name = await newGrant();
    await setStatus(name, { state: 'Active' });
    await expect(vote(name, 'grace', { votes: [{ username: 'grace', decision: 'Denied' }] })).rejects.toThrow(
      `kubectl -n finance patch approvalgrants.sallyport.dev ${name}`,
    );
  });

  it('is not active once somebody has denied it', async () => {
    const name = await newGrant();
    await vote(name, 'grace', { votes: [{ username: 'grace', groups: TREASURY, decision: 'Denied' }] });
    await expect(setStatus(name, { state: 'Active' })).rejects.toThrow('somebody has denied');
    await setStatus(name, { state: 'Denied' });
  });
});
