/**
 * Decisions from Slack and from web hooks: the process that takes them, with the rights that the chart gives it, against the API server that makes
 * votes of them. Each row is one request, made by the operator, and one attempt.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { writeDecisionTarget } from '../../../../core/approvals/decision-target.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { SmallSender } from '../../../../operator/hooks/testing/sender.ts';
import { SLACK_TEAM, SmallSlack } from '../../../../operator/hooks/testing/slack.ts';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { eventually } from '../../../support/eventually.ts';
import { HooksProcess } from '../../support/hooks-process.ts';
import { BUILD_LIMIT_MS, CHART, ChartCluster, NAMESPACE, OPERATOR, RELEASE } from './release.ts';
import { HAS_VOTE_POLICIES, serveVotes, VOTE_BY } from './voter.ts';

const FINANCE = 'finance';
const HOOKS = `system:serviceaccount:${NAMESPACE}:sallyport-hooks`;
/** Constrained impersonation (KEP-5284) and policies that write votes (KEP-3962) came with one version, 1.36. */
const IS_CONSTRAINED = HAS_VOTE_POLICIES;
const sha = (letter: string): string => `sha256:${letter.repeat(64)}`;

const HOOKS_VALUES = {
  enabled: true,
  impersonation: IS_CONSTRAINED ? 'Constrained' : 'Unconstrained',
  people: [
    { user: 'ada', groups: ['treasury'], slack: 'U0ADA' },
    { user: 'grace', groups: ['treasury'], slack: 'U0GRACE' },
    { user: 'billing-agent', groups: ['treasury'], slack: 'U0BILLING' },
    { user: 'eddie', slack: 'U0EDDIE' },
    { user: 'linus', groups: ['security'], slack: 'U0LINUS' },
  ],
  slack: { secretName: 'slack-app', team: SLACK_TEAM },
  senders: [{ name: 'tickets', secretName: 'tickets', speaksFor: ['grace', 'eddie'] }],
};

let cluster: ChartCluster;
let slack: SmallSlack;
const sender = new SmallSender();
let hooks: HooksProcess;
let replica: HooksProcess;
let stopServing: (() => Promise<void>) | undefined;
let asHooks: ApiClient;

beforeAll(async () => {
  cluster = await ChartCluster.start();
  slack = await SmallSlack.start();
  const responses = slack.origin;
  const values = { ...HOOKS_VALUES, slack: { ...HOOKS_VALUES.slack, responses } };
  await cluster.install({ approvals: { voteBy: VOTE_BY, hooks: values } });
  stopServing = await serveVotes(cluster);
  await cluster.kubectl('create', 'namespace', FINANCE);
  await cluster.kubectl(
    'create',
    'rolebinding',
    'a',
    '-n',
    FINANCE,
    '--clusterrole=sallyport-approver',
    '--group=treasury',
    '--group=security',
  );
  // So that something could be done in her name, if anything could.
  await cluster.kubectl('create', 'clusterrolebinding', 'ada', '--clusterrole=cluster-admin', '--user=ada');
  const { data } = await cluster.get<{ data: Record<string, string> }>('configmap', 'sallyport-hooks', '-n', NAMESPACE);
  const kubeconfig = await cluster.server.userKubeconfig(HOOKS);
  asHooks = await ApiClient.fromKubeConfig({ fieldManager: 'sallyport-hooks', kubeconfig });
  const options = {
    config: data['hooks.yaml'] ?? '',
    kubeconfig,
    secrets: { slack: `${slack.secret}\n`, 'sender-tickets': `${sender.secret}\n` },
  };
  hooks = await HooksProcess.start(options);
  // One that somebody wrote into its table, and not into its rights.
  const stray = options.config.replace('people: [', 'people: [{"user": "stray", "slack": "U0STRAY"}, ');
  replica = await HooksProcess.start({ ...options, config: stray });
  // A policy acts a second or so after it was made.
  await eventually(
    'votes are counted',
    async () => (await click(await pending().catch(() => NOBODY))).words.startsWith('Counted'),
    60_000,
  );
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await asHooks?.close();
  await hooks?.stop();
  await replica?.stop();
  await stopServing?.();
  await slack?.close();
  await cluster?.server.stop();
});

interface Waiting {
  readonly name: string;
  readonly uid: string;
}
const NOBODY: Waiting = { name: 'nobody', uid: '0' };

let made = 0;
/** A new request that waits. */
async function pending({ principal = {}, ...more }: { principal?: object; quorums?: object[] } = {}): Promise<Waiting> {
  const name = `ledger-transfer-${(made += 1)}`;
  const kind = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ApprovalRequest',
    metadata: { name, namespace: FINANCE },
  };
  const spec = {
    server: 'ledger',
    subject: {
      type: 'Call',
      call: { method: 'tools/call', tool: 'transfer', preview: { amount: 5000 }, digest: sha('a') },
    },
    principal: { name: 'billing-agent', groups: ['agents'], ...principal },
    reason: 'transfers need a second person',
    rule: 'finance/payments#transfer',
    revision: sha('b'),
    expiresAt: '2099-01-01T00:00:00Z',
    ...more,
  };
  await cluster.as(OPERATOR, [], ['create', '-f', '-'], { ...kind, spec });
  const { metadata } = JSON.parse(
    await cluster.asOperator({ ...kind, status: { state: 'Pending' } }, '--subresource=status'),
  ) as { metadata: { uid: string } };
  return { name, uid: metadata.uid };
}

interface Pressed {
  readonly user?: string;
  readonly action?: string;
  readonly reason?: string;
  /** Of what was shown. */
  readonly digest?: string;
  readonly at?: number;
  readonly secret?: string;
  readonly to?: HooksProcess;
}

/** What Slack hears, and what the person is told; empty: nothing. */
async function click(request: Waiting, pressed: Pressed = {}): Promise<{ status: number; words: string }> {
  const { digest = sha('a'), at, secret, to = hooks, ...rest } = pressed;
  const value = writeDecisionTarget({
    ...{ namespace: FINANCE, name: request.name, uid: request.uid },
    subject: { field: 'call', digest },
  });
  const { payload, path } = slack.press({ value, ...rest });
  const { status } = await to.send('/slack/actions', slack.sign(payload, at, secret));
  if (status !== 200) return { status, words: '' };
  await eventually('the person is told', async () => slack.told.has(path), 20_000);
  return { status, words: (slack.told.get(path) ?? []).join('\n').replace('ephemeral plain_text: ', '') };
}

function hook(request: Waiting, more: object = {}): Promise<{ status: number; text: string }> {
  const message = {
    namespace: FINANCE,
    name: request.name,
    uid: request.uid,
    decision: 'Approved',
    as: 'grace',
    ...more,
  };
  return hooks.send('/hooks/vote', sender.sign(message));
}

/** Names and decisions of all votes on it, in their order. */
async function votesOn({ name }: Waiting): Promise<string[]> {
  type Stored = { status: { votes?: { username: string; decision: string; reason?: string }[] } };
  const { status } = await cluster.get<Stored>('approvalrequest', name, '-n', FINANCE);
  return (status.votes ?? []).map(({ username, decision, reason }) => [username, decision, reason].join(' ').trim());
}

describe('a decision', () => {
  it('in Slack is a vote in the name of the person', async () => {
    const request = await pending();
    expect(await click(request, { reason: 'invoice 4711' })).toEqual({
      status: 200,
      words: `Counted: Approved, as ada, on finance/${request.name}. It is the first vote on this request.`,
    });
    expect(await click(request, { user: 'U0GRACE', action: 'sallyport.deny' })).toMatchObject({
      words: `Counted: Denied, as grace, on finance/${request.name}. It is vote number 2 on this request.`,
    });
    expect(await votesOn(request)).toEqual(['ada Approved invoice 4711', 'grace Denied']);
  });

  it('by web hook is one as well', async () => {
    const request = await pending();
    expect(await hook(request, { decision: 'Denied', reason: 'CHG-17 was withdrawn' })).toEqual({
      status: 200,
      text: '{"decision":"Denied","votes":1}\n',
    });
    expect(await votesOn(request)).toEqual(['grace Denied CHG-17 was withdrawn']);
  });

  it('is counted by the groups that the table gives a person', async () => {
    const request = await pending({ quorums: [{ quorum: 2, approvers: { groups: ['treasury'] } }] });
    expect((await click(request)).words).toMatch(/^Counted/);
    expect((await hook(request)).status).toBe(200);
    type Stored = { status: { votes: { username: string; groups?: string[] }[] } };
    const { status } = await cluster.get<Stored>('approvalrequest', request.name, '-n', FINANCE);
    expect(status.votes).toMatchObject([
      { username: 'ada', groups: ['treasury'] },
      { username: 'grace', groups: ['treasury'] },
    ]);
    expect((await click(request, { user: 'U0LINUS' })).words).toBe(
      'Not counted: linus is not among those who decide on this request: that takes 2 of treasury.',
    );
  });

  it('that comes again, to another replica too, is one vote', async () => {
    const request = await pending();
    const value = writeDecisionTarget({ namespace: FINANCE, ...request });
    const { payload, path } = slack.press({ value });
    const signed = slack.sign(payload);
    expect((await hooks.send('/slack/actions', signed)).status).toBe(200);
    await eventually('it is counted', async () => slack.told.get(path)?.length === 1, 20_000);
    expect((await hooks.send('/slack/actions', signed)).status).toBe(409);
    expect((await replica.send('/slack/actions', signed)).status).toBe(200);
    await eventually('it is refused', async () => slack.told.get(path)?.length === 2, 20_000);
    expect(slack.told.get(path)?.[1]).toContain('Not counted: ada has decided on this request already');
    expect(await votesOn(request)).toEqual(['ada Approved']);
  });

  it('of one person is one vote, wherever it comes from, and however often at once', async () => {
    const request = await pending();
    const clicks = await Promise.all(
      Array.from({ length: 10 }, (_, i) => click(request, { user: 'U0GRACE', to: i % 2 === 0 ? hooks : replica })),
    );
    expect(clicks.filter(({ words }) => words.startsWith('Counted'))).toHaveLength(1);
    const late = await hook(request);
    expect([late.status, late.text]).toEqual([
      403,
      expect.stringContaining('grace has decided on this request already'),
    ]);
    expect(await votesOn(request)).toEqual(['grace Approved']);
  });
});

describe('in words of the API server the person is told', () => {
  it.each([
    [
      'that who made the call cannot decide on it',
      { user: 'U0BILLING' },
      'billing-agent made this call and cannot decide on it',
    ],
    ['that who lacks the right cannot decide', { user: 'U0EDDIE' }, 'eddie may not decide in the namespace finance'],
  ])('%s', async (_, pressed, words) => {
    const request = await pending();
    const { status, words: told } = await click(request, pressed);
    expect(status).toBe(200);
    expect(told).toMatch(/^Not counted: /);
    expect(told).toContain(words);
    expect(await votesOn(request)).toEqual([]);
  });

  it.each([
    ['by name', { kubernetesUsers: ['ada'] }, 'ada stands behind billing-agent'],
    ['by group', { kubernetesGroups: ['treasury'] }, 'ada is in a group that stands behind billing-agent'],
  ])('that who stands behind the caller %s cannot decide either', async (_, principal, words) => {
    const request = await pending({ principal });
    expect((await click(request)).words).toContain(`Not counted: ${words}`);
    expect(await votesOn(request)).toEqual([]);
  });

  it('that nobody may speak for a person whom RBAC does not name', async () => {
    const request = await pending();
    expect((await click(request, { user: 'U0STRAY', to: replica })).words).toBe(
      'Not counted: votes of stray cannot come from here: whoever runs Sallyport has to look at its value approvals.hooks.people.',
    );
    expect(await votesOn(request)).toEqual([]);
  });

  it('that what is settled takes no more decisions', async () => {
    const request = await pending();
    await click(request);
    const metadata = { name: request.name, namespace: FINANCE };
    const settled = {
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'ApprovalRequest',
      metadata,
      status: { state: 'Approved' },
    };
    await cluster.asOperator(settled, '--subresource=status');
    expect((await click(request, { user: 'U0GRACE' })).words).toBe(
      'Not counted: this request is Approved and takes no more decisions.',
    );
  });
});

describe('nothing is decided by a click', () => {
  it.each<[what: string, pressed: Pressed, status: number]>([
    ['that is signed by somebody else', { secret: 'guessed' }, 401],
    ['that is six minutes old', { at: Date.now() - 360_000 }, 401],
    ['of a clock that is six minutes ahead', { at: Date.now() + 360_000 }, 401],
    ['of a user who is not mapped', { user: 'U0MALLORY' }, 200],
    ['on a message that showed another call', { digest: sha('c') }, 200],
  ])('%s', async (_, pressed, status) => {
    const request = await pending();
    expect((await click(request, pressed)).status).toBe(status);
    expect(await votesOn(request)).toEqual([]);
  });

  it('on a request that is not the one of this name now, or that is gone', async () => {
    const request = await pending();
    expect((await click({ ...request, uid: '00000000-0000-4000-8000-000000000000' })).words).toBe(
      `Not counted: what was shown to you is not what the request finance/${request.name} is about now; look at the request itself.`,
    );
    expect(await votesOn(request)).toEqual([]);
    expect((await click({ name: 'never-was', uid: '0' })).words).toBe(
      'Not counted: the request finance/never-was is no longer there.',
    );
  });

  it('of a clock that is four minutes off it is, either way', async () => {
    for (const off of [-240_000, 240_000]) {
      const request = await pending();
      await click(request, { at: Date.now() + off });
      expect(await votesOn(request)).toEqual(['ada Approved']);
    }
  });
});

describe('a web hook', () => {
  it.each([
    ['for a person that its sender does not speak for', { as: 'ada' }, 403, 'may not speak for that person'],
    ['for a person without the right', { as: 'eddie' }, 403, 'eddie may not decide'],
    ['on another request of that name', { uid: '0' }, 409, 'is not what the request'],
  ])('%s is refused', async (_, more, status, words) => {
    const request = await pending();
    const answer = await hook(request, more);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
    expect(await votesOn(request)).toEqual([]);
  });
});

describe('the identity of the hooks', () => {
  const ada = { user: 'ada', groups: ['treasury'] };
  const { Secret, ConfigMap } = RESOURCES;
  const { ApprovalRequest } = CUSTOM_RESOURCES;
  const decision = { status: { decision: 'Approved' } };
  const ref = (name: string): { namespace: string; name: string } => ({ namespace: FINANCE, name });

  it('has no right of its own: it reads nothing, and does not vote', async () => {
    const request = await pending();
    const attempts = [
      () => asHooks.get(ApprovalRequest, ref(request.name)),
      () => asHooks.list(ApprovalRequest),
      () => asHooks.list(Secret, { namespace: NAMESPACE }),
      () => asHooks.get(ConfigMap, { namespace: NAMESPACE, name: 'sallyport-hooks' }),
      () => asHooks.mergePatch(ApprovalRequest, ref(request.name), decision, { subresource: 'status' }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ status: 403 });
  });

  it.each([
    ['somebody else', { user: 'mallory', groups: [] }],
    ['an administrator', { user: 'ada', groups: ['system:masters'] }],
    ['the operator', { user: OPERATOR, groups: [] }],
    ['one of these people in a group that is not named', { user: 'ada', groups: ['auditors'] }],
  ])('cannot speak for %s', async (_, as) => {
    const request = await pending();
    const attempt = asHooks.mergePatch(ApprovalRequest, ref(request.name), decision, { subresource: 'status', as });
    await expect(attempt).rejects.toMatchObject({
      status: 403,
      said: expect.stringContaining('impersonate') as string,
    });
    expect(await votesOn(request)).toEqual([]);
  });

  it.runIf(IS_CONSTRAINED)('can do nothing but vote in the name of these people, whatever they may do', async () => {
    const request = await pending();
    const attempts = [
      () => asHooks.list(Secret, { namespace: NAMESPACE, as: ada }),
      () => asHooks.get(ApprovalRequest, ref(request.name), { as: ada }),
      () => asHooks.list(ApprovalRequest, { as: ada }),
      () => asHooks.mergePatch(ApprovalRequest, ref(request.name), { metadata: { labels: { a: 'b' } } }, { as: ada }),
      () => asHooks.delete(ApprovalRequest, ref(request.name), { as: ada }),
      () => asHooks.create(ConfigMap, { metadata: ref('mine'), data: {} }, { as: ada }),
      () => asHooks.mergePatch(CUSTOM_RESOURCES.MCPServer, ref('x'), {}, { as: ada, subresource: 'status' }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ status: 403 });
    await asHooks.mergePatch(ApprovalRequest, ref(request.name), decision, { subresource: 'status', as: ada });
    expect(await votesOn(request)).toEqual(['ada Approved']);
  });
});

it.runIf(IS_CONSTRAINED)(
  'with the rights for clusters before 1.36 it votes for the same people, and nobody else',
  async () => {
    const values = { approvals: { hooks: { ...HOOKS_VALUES, impersonation: 'Unconstrained' } } };
    const shown = await cluster.helm(['template', RELEASE, CHART, '--show-only', 'templates/hooks.yaml'], values);
    const role = parseAllDocuments(shown)
      .map((document) => document.toJS() as { kind: string; rules: { verbs: string[] }[] })
      .find(({ kind }) => kind === 'ClusterRole');
    expect(role?.rules.map(({ verbs }) => verbs)).toEqual([['impersonate'], ['impersonate']]);
    const apply = ['apply', '--server-side', '--force-conflicts', '-f', '-'];
    await cluster.server.kubectl(apply, JSON.stringify(role));
    const request = await pending();
    await eventually('it is counted', async () => (await click(request)).words.startsWith('Counted'), 20_000);
    expect(await votesOn(request)).toEqual(['ada Approved']);
    const vote = { status: { decision: 'Approved' } };
    for (const as of [
      { user: 'mallory', groups: [] },
      { user: 'grace', groups: ['system:masters'] },
    ]) {
      const ref = { namespace: FINANCE, name: request.name };
      const attempt = asHooks.mergePatch(CUSTOM_RESOURCES.ApprovalRequest, ref, vote, { subresource: 'status', as });
      await expect(attempt).rejects.toMatchObject({ status: 403 });
    }
  },
);

it('what came in is on record, and the end is in order', async () => {
  const metrics = await hooks.metrics();
  for (const [door, outcome] of [
    ...['voted', 'refused', 'mismatched', 'gone', 'unmapped', 'forged', 'stale', 'replayed'].map((end) => [
      'slack',
      end,
    ]),
    ...['voted', 'refused', 'mismatched', 'unmapped'].map((end) => ['hook', end]),
  ]) {
    const [, count] =
      new RegExp(`^sallyport_hooks_requests_total\\{door="${door}",outcome="${outcome}"\\} (\\d+)$`, 'm').exec(
        metrics,
      ) ?? [];
    expect(Number(count), `${door} ${outcome}`).toBeGreaterThan(0);
  }
  const voted = hooks.log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .find((line) => line['outcome'] === 'voted');
  expect(voted).toMatchObject({ door: 'slack', user: 'ada', slackUser: 'U0ADA', decision: 'Approved', votes: 1 });
  expect(hooks.log.join('\n')).not.toContain(slack.secret);
  expect(await hooks.stop()).toBe(0);
});
