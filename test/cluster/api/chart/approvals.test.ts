/** Who may decide on a held call is the API server's business. Each row is one request, made by the operator, and one attempt. */
import { NEW_REQUEST } from '../../../../core/api/approval-conditions.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, ChartCluster, OPERATOR } from './release.ts';
import { serveVotes, VOTE_BY } from './voter.ts';

const FINANCE = 'finance';
const TREASURY = ['treasury'];
const COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';

let cluster: ChartCluster;
let stopServing: (() => Promise<void>) | undefined;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await cluster.install({ approvals: { voteBy: VOTE_BY } });
  stopServing = await serveVotes(cluster);
  await cluster.kubectl('create', 'namespace', FINANCE);
  await grant('sallyport-approver', '--group=treasury');
  await cluster.kubectl('create', 'clusterrole', 'writer', '--verb=get,list,create,update,patch,delete', RESOURCES);
  await grant('writer', '--user=eddie', '--user=mallory', `--user=${COLLECTOR}`);
  // A policy acts a second or so after it was made.
  await eventually(
    'both policies act',
    async () => {
      const refused = await create('probe', 'eddie').then(
        () => false,
        (error: Error) => error.message.includes('sallyport-approvals'),
      );
      if (!refused) return false;
      const name = await pending().catch(() => undefined);
      return (
        name !== undefined &&
        (await vote(name, 'warm', { decision: 'Approved' }).then(
          () => true,
          () => false,
        ))
      );
    },
    30_000,
  );
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await stopServing?.();
  await cluster?.server.stop();
});

const RESOURCES = '--resource=approvalrequests.sallyport.dev,approvalrequests.sallyport.dev/status';

function grant(role: string, ...subjects: string[]): Promise<string> {
  return cluster.kubectl('create', 'rolebinding', role, '-n', FINANCE, `--clusterrole=${role}`, ...subjects);
}

function request(name: string) {
  const sha = (letter: string): string => `sha256:${letter.repeat(64)}`;
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: { name, namespace: FINANCE },
    spec: {
      server: 'ledger',
      subject: {
        type: 'Call',
        call: { method: 'tools/call', tool: 'transfer', preview: { amount: 5000 }, digest: sha('a') },
      },
      principal: { name: 'billing-agent', groups: ['agents'] },
      reason: 'transfers need a second person',
      rule: 'finance/payments#transfer',
      revision: sha('b'),
      expiresAt: '2099-01-01T00:00:00Z',
    },
  };
}

function create(name: string, user: string): Promise<string> {
  return cluster.as(user, [], ['create', '-f', '-'], request(name));
}

let made = 0;
/** The name of a new request that waits. `principal`: whose call it is. */
async function pending(principal?: object): Promise<string> {
  const name = `ledger-transfer-${(made += 1)}`;
  const { spec, ...rest } = request(name);
  const object = { ...rest, spec: principal === undefined ? spec : { ...spec, principal } };
  await cluster.as(OPERATOR, [], ['create', '-f', '-'], object);
  await setStatus(name, { state: 'Pending' });
  return name;
}

function setStatus(name: string, status: object): Promise<string> {
  const { apiVersion, kind, metadata } = request(name);
  return cluster.asOperator({ apiVersion, kind, metadata, status }, '--subresource=status');
}

function patch(
  name: string,
  user: string,
  groups: readonly string[],
  change: object,
  ...options: string[]
): Promise<string> {
  const args = [
    'patch',
    'approvalrequest',
    name,
    '-n',
    FINANCE,
    '--type=merge',
    '-p',
    JSON.stringify(change),
    ...options,
  ];
  return cluster.as(user, groups, args);
}

function vote(name: string, user: string, status: object, groups = TREASURY): Promise<string> {
  return patch(name, user, groups, { status }, '--subresource=status');
}

async function statusOf(name: string): Promise<object> {
  return (await cluster.get<{ status: object }>('approvalrequest', name, '-n', FINANCE)).status;
}

describe('an approver', { tags: ['votes'] }, () => {
  it('patches one field, which becomes a vote in their own name', async () => {
    const name = await pending();
    await vote(name, 'ada', { decision: 'Approved', reason: 'invoice 4711' });
    await vote(name, 'grace', { decision: 'Denied' });
    expect(await statusOf(name)).toEqual({
      ...NEW_REQUEST,
      votes: [
        { username: 'ada', decision: 'Approved', reason: 'invoice 4711' },
        { username: 'grace', decision: 'Denied' },
      ],
    });
  });

  it('is never the ServiceAccount that has made the call, though nobody has named it as its requester', async () => {
    const account = 'system:serviceaccount:agents:billing';
    const groups = ['system:serviceaccounts', 'system:serviceaccounts:agents', 'system:authenticated'];
    const name = await pending({ name: account, groups });
    const voting = vote(name, account, { decision: 'Approved' }, [...groups, ...TREASURY]);
    await expect(voting).rejects.toThrow(`${account} made this call and cannot decide on it`);
    await vote(name, 'ada', { decision: 'Approved' });
  });

  it.each<[attempt: string, user: string, status: object, message: string]>([
    ['has made the call', 'billing-agent', { decision: 'Approved' }, 'billing-agent made this call'],
    [
      'votes in another name',
      'ada',
      { votes: [{ username: 'grace', decision: 'Approved' }] },
      'one vote in your own name',
    ],
    [
      'votes in another name beside the own',
      'ada',
      { decision: 'Approved', votes: [{ username: 'grace', decision: 'Approved' }] },
      'one vote in your own name',
    ],
    [
      'says when the vote was cast',
      'ada',
      { votes: [{ username: 'ada', decision: 'Approved', time: '2020-01-01T00:00:00Z' }] },
      'one vote in your own name',
    ],
    ['writes the state', 'ada', { state: 'Denied' }, 'one vote in your own name'],
    ['writes the state beside a vote', 'ada', { decision: 'Denied', state: 'Denied' }, 'only the Sallyport operator'],
    [
      'approves at once what others have to approve too',
      'ada',
      { decision: 'Approved', state: 'Approved' },
      'only the Sallyport operator',
    ],
    ['says who decided', 'ada', { decision: 'Approved', decidedBy: 'grace' }, 'only the Sallyport operator'],
    ['gives a reason without a decision', 'ada', { reason: 'why not' }, 'one vote in your own name'],
    ['makes up a decision', 'ada', { decision: 'Maybe' }, 'Unsupported value: "Maybe"'],
  ])('is refused who %s', async (_, user, status, message) => {
    const name = await pending();
    await expect(vote(name, user, status)).rejects.toThrow(message);
    expect(await statusOf(name)).toEqual(NEW_REQUEST);
  });

  it('has one vote, which stays', async () => {
    const name = await pending();
    await vote(name, 'ada', { decision: 'Approved' });
    await expect(vote(name, 'ada', { decision: 'Denied' })).rejects.toThrow('ada has decided on this request already');
    await expect(vote(name, 'grace', { votes: null })).rejects.toThrow('a vote was changed or removed');
    const changed = [
      { username: 'ada', decision: 'Denied' },
      { username: 'grace', decision: 'Denied' },
    ];
    await expect(vote(name, 'grace', { votes: changed })).rejects.toThrow('a vote was changed or removed');
    expect(await statusOf(name)).toEqual({ ...NEW_REQUEST, votes: [{ username: 'ada', decision: 'Approved' }] });
  });

  it.each(['Approved', 'Denied', 'Expired', 'Withdrawn'])('is too late once the request is %s', async (state) => {
    const name = await pending();
    if (state === 'Approved' || state === 'Denied') await vote(name, 'grace', { decision: state });
    await setStatus(name, { state });
    await expect(vote(name, 'ada', { decision: 'Approved' })).rejects.toThrow(
      `is ${state} and takes no more decisions`,
    );
  });

  it('is not who may patch the status but lacks the verb', async () => {
    const name = await pending();
    await expect(vote(name, 'mallory', { decision: 'Approved' }, [])).rejects.toThrow(
      'mallory may not decide here: that takes the verb "approve"',
    );
  });

  it('is not who has the verb in another namespace', async () => {
    const name = await pending();
    await cluster.kubectl(
      'create',
      'rolebinding',
      'elsewhere',
      '-n',
      'default',
      '--clusterrole=sallyport-approver',
      '--user=mallory',
    );
    await expect(vote(name, 'mallory', { decision: 'Approved' }, [])).rejects.toThrow('that takes the verb "approve"');
  });
});

describe('the operator', () => {
  it('settles what was voted on', async () => {
    const name = await pending();
    await vote(name, 'ada', { decision: 'Approved' });
    await setStatus(name, { state: 'Approved', decidedBy: 'ada' });
    await setStatus(name, { state: 'Consumed', decidedBy: 'ada' });
    expect(await statusOf(name)).toMatchObject({ state: 'Consumed', votes: [{ username: 'ada' }] });
  });

  it.each<[attempt: string, status: object, message: string]>([
    ['vote by the field', { state: 'Pending', decision: 'Approved' }, 'does not vote'],
    [
      'vote in its own name',
      { state: 'Pending', votes: [{ username: OPERATOR, decision: 'Approved' }] },
      'does not vote',
    ],
    ['vote in another name', { state: 'Pending', votes: [{ username: 'ada', decision: 'Approved' }] }, 'does not vote'],
    ['approve what nobody has', { state: 'Approved' }, 'do not approve this one'],
  ])('does not %s', async (_, status, message) => {
    const name = await pending();
    await expect(setStatus(name, status)).rejects.toThrow(message);
  });

  it('does not approve what somebody has denied', async () => {
    const name = await pending();
    await vote(name, 'ada', { decision: 'Approved' });
    await vote(name, 'grace', { decision: 'Denied' });
    await expect(setStatus(name, { state: 'Approved' })).rejects.toThrow('do not approve this one');
  });

  it('does not take back what is over', async () => {
    const name = await pending();
    await setStatus(name, { state: 'Expired' });
    await expect(setStatus(name, { state: 'Pending' })).rejects.toThrow(/Expired and stays so|is settled/);
  });

  it('does not change what was asked', async () => {
    const name = await pending();
    const change = { spec: { subject: { call: { preview: { amount: 1 } } } } };
    await cluster.kubectl(
      'create',
      'rolebinding',
      'reader',
      '-n',
      FINANCE,
      '--clusterrole=writer',
      `--serviceaccount=${OPERATOR.split(':').slice(2).join(':')}`,
    );
    await eventually('the operator may read', () =>
      cluster
        .as(OPERATOR, [], ['get', 'approvalrequest', name, '-n', FINANCE, '--subresource=status'])
        .catch(() => false as const),
    );
    await expect(patch(name, OPERATOR, [], change)).rejects.toThrow('never changes');
  });
});

describe('an editor of the namespace', { tags: ['votes'] }, () => {
  it('makes no request', async () => {
    await expect(create('made-up', 'eddie')).rejects.toThrow('only the Sallyport operator makes');
  });

  it('deletes no request', async () => {
    const name = await pending();
    await expect(cluster.as('eddie', [], ['delete', 'approvalrequest', name, '-n', FINANCE])).rejects.toThrow(
      'only the',
    );
  });

  it.each([
    ['its spec', { spec: { subject: { call: { preview: { amount: 1 } } } } }],
    ['its labels', { metadata: { labels: { a: 'b' } } }],
    ['its owners', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' }] } }],
  ])('changes of a request neither %s', async (_, change) => {
    const name = await pending();
    await expect(patch(name, 'eddie', [], change)).rejects.toThrow(/only the Sallyport operator|never changes/);
  });

  it('is told how to decide instead', async () => {
    await expect(create('made-up', 'eddie')).rejects.toThrow(
      `kubectl -n ${FINANCE} patch approvalrequest.sallyport.dev made-up --subresource=status --type=merge -p '{"status":{"decision":"Approved"}}'`,
    );
  });
});

it('whoever tidies up a namespace or after an owner may delete requests', async () => {
  const name = await pending();
  await cluster.as(COLLECTOR, [], ['delete', 'approvalrequest', name, '-n', FINANCE]);
});

// Last, since nothing is left to ask about.
it('the kind can be deleted with all its requests, whoever made them', async () => {
  await pending();
  await cluster.kubectl('delete', 'crd', 'approvalrequests.sallyport.dev', '--timeout=20s');
});
