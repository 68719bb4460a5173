/** People are told of requests by the whole operator: four kinds of channels, each a server of its own, and an API server that keeps what was told. */
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CUSTOM_RESOURCES, type StoredRequest } from '../../../../operator/custom-resources.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { Endpoint } from '../../../../operator/notify/testing/endpoint.ts';
import { MailServer } from '../../../../operator/notify/testing/mail-server.ts';
import { channelFolder } from '../../../../operator/notify/testing/secret-folder.ts';
import { Slack, SLACK_TOKEN } from '../../../../operator/notify/testing/slack.ts';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, type GatedPod } from './pod-identity.ts';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
/** As long as something that must not come is waited for. */
const QUIET_MS = 1_500;

const held = (name: string, approval?: object) => ({
  name,
  names: [name],
  effect: 'RequireApproval',
  ...(approval && { approval }),
});
const TOOLS = [held('transfer'), held('pay', { notify: ['quiet'] }), held('slip', { notify: ['quite'] })];

let on: Installation;
let operators: TestOperator[];
let pod: GatedPod;
let slack: Slack;
let teams: Endpoint;
let hook: Endpoint;
let mail: MailServer;
let config: object;
beforeAll(async () => {
  [slack, teams, hook, mail] = await Promise.all([
    Slack.start(),
    Endpoint.start(),
    Endpoint.start(),
    MailServer.start(),
  ]);
  teams.answer = () => ({ status: 202 });
  config = {
    notifications: {
      channels: [
        { name: 'chat', type: 'Slack', channel: 'C024BE91L', api: `${slack.endpoint.url}/api` },
        { name: 'teams', type: 'Teams' },
        { name: 'tickets', type: 'Webhook' },
        {
          ...{ name: 'mail', type: 'Email', host: '127.0.0.1', port: mail.port, security: 'None' },
          ...{ from: 'Sallyport <sallyport@example.com>', to: ['treasury@example.com'] },
        },
        { name: 'quiet', type: 'Webhook', default: false },
      ],
      secrets: channelFolder({
        chat: { token: SLACK_TOKEN },
        teams: { url: `${teams.url}/workflow` },
        tickets: { url: `${hook.url}/tickets`, secret: SECRET },
        quiet: { url: `${hook.url}/quiet`, secret: SECRET },
      }),
    },
  };
  on = await Installation.start();
  operators = [await on.replica({ config }), await on.replica({ name: 'b', config })];
  const namespace = await on.namespace({ 'sallyport.dev/injection': 'enabled' });
  await on.pack(namespace, 'payments', { tools: TOOLS });
  await on.server(namespace);
  pod = await gatedPod(on, 'ledger-1', namespace);
  await on.kubectl([
    'create',
    'rolebinding',
    '-n',
    pod.namespace,
    'approvers',
    '--clusterrole=sallyport-approver',
    '--group=treasury',
  ]);
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await on?.close();
  await Promise.all([slack?.endpoint.close(), teams?.close(), hook?.close(), mail?.close()]);
});

let calls = 0;
interface Submitted {
  readonly name: string;
  readonly digest: string;
}

async function submitted(tool = 'transfer', amount = 5000): Promise<Submitted> {
  const digest = `sha256:${(calls += 1).toString(16).padStart(64, '0')}`;
  const call = {
    method: 'tools/call',
    target: { kind: 'tool', name: tool },
    preview: { amount },
    digest,
    principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
    rules: [`${pod.namespace}/payments#${tool}`],
    revision: pod.revision,
  };
  const answer = await asks('/v1/approvals', call);
  expect([answer.status, answer.body['state']]).toEqual([200, 'Pending']);
  return { name: String(answer.body['name']), digest };
}

function asks(path: string, body: object): ReturnType<typeof ask> {
  const [operator] = operators;
  if (operator === undefined) throw new Error('no operator runs');
  return ask(operator, pod.operatorCa, { token: pod.token, path, body });
}

function decide(name: string, decision: string, user = 'ada'): Promise<string> {
  const patch = JSON.stringify({ status: { decision } });
  const args = [
    'patch',
    'approvalrequest',
    name,
    '-n',
    pod.namespace,
    '--subresource=status',
    '--type=merge',
    '-p',
    patch,
  ];
  return on.cluster.as(user, ['treasury'], args);
}

function stored(name: string): Promise<StoredRequest> {
  return on.client.get(CUSTOM_RESOURCES.ApprovalRequest, { namespace: pod.namespace, name });
}

interface Heard {
  readonly type: string;
  readonly data: { readonly name: string; readonly state: string };
}

/** What the web hook has heard of a request, each signature verified. */
function heard(name: string, path = '/tickets'): string[] {
  return hook.received
    .filter((received) => received.path === path)
    .map(({ body, headers }) => new Webhook(SECRET).verify(body, headers as Record<string, string>) as Heard)
    .filter(({ data }) => data.name === name)
    .map(({ type, data }) => `${type} ${data.state}`);
}

const cardsOf = (name: string): string[] =>
  teams.received.map(({ body }) => body).filter((body) => body.includes(name));
const mailsOf = (name: string): string[] => mail.mails.filter((text) => text.includes(name));
const messagesOf = (name: string): Slack['posts'] =>
  slack.messages.filter(({ blocks }) => JSON.stringify(blocks).includes(name));

/** How often each channel was told of a request: messages of Slack, cards, mails, web hooks. */
const told = (name: string): number[] =>
  [messagesOf(name), cardsOf(name), mailsOf(name), heard(name)].map(({ length }) => length);

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

test('a request comes to every channel once, though two replicas could tell of it', async () => {
  const { name } = await submitted();
  await eventually('all are told', () => told(name).every((count) => count > 0));
  await soon(async () =>
    expect(Object.keys((await stored(name)).status?.notified ?? {}).sort()).toEqual([
      'chat',
      'mail',
      'teams',
      'tickets',
    ]),
  );
  await quiet();
  expect(told(name)).toEqual([1, 1, 1, 1]);
  expect(heard(name, '/quiet')).toEqual([]);
  expect(mailsOf(name)[0]).toContain('"amount": 5000');
  expect((await stored(name)).status).toMatchObject({
    state: 'Pending',
    notified: { chat: { ref: expect.stringMatching(/^C024BE91L\//), requested: expect.any(String) } },
  });
});

test('a rule that names a channel has that told, and no other', async () => {
  const { name } = await submitted('pay');
  await eventually('it is told', () => heard(name, '/quiet').length > 0);
  await quiet();
  expect([told(name), (await stored(name)).spec.notify]).toEqual([[0, 0, 0, 0], ['quiet']]);
});

test('a rule that names a channel that is none has the default ones told, and its pack says so', async () => {
  const { name } = await submitted('slip');
  await eventually('all are told', () => told(name).every((count) => count > 0));
  const pack = { namespace: pod.namespace, name: 'payments' };
  const { status, message } = await on.reason(pack, 'Ready', 'UnknownChannel', CUSTOM_RESOURCES.PolicyPack);
  expect([status, message]).toEqual(['True', expect.stringContaining('No channel is called quite')]);
});

test('what became of it is told, and in Slack on the same message', async () => {
  const { name } = await submitted();
  await eventually('all are told', () => told(name).every((count) => count > 0));
  await eventually('ada denies it', () => decide(name, 'Denied').catch(() => false as const));
  await eventually('the web hook hears of it', () => heard(name).at(-1) === 'approval.settled Denied');
  await eventually('the message says so', () => messagesOf(name)[0]?.text.startsWith('Denied'));
  await eventually('a card and a mail say so', () => told(name)[1] === 2 && told(name)[2] === 2);
  await quiet();
  expect(told(name).slice(0, 3)).toEqual([1, 2, 2]);
});

test('a replica that takes over tells nobody twice, and goes on with what is new', async () => {
  const { name } = await submitted();
  await eventually('all are told', () => told(name).every((count) => count > 0));
  await soon(async () => expect(Object.keys((await stored(name)).status?.notified ?? {})).toHaveLength(4));
  for (const operator of operators.splice(0)) await on.stop(operator);
  operators = [await on.replica({ config })];
  await eventually('ada denies it', () => decide(name, 'Denied').catch(() => false as const));
  await eventually('the message says so', () => messagesOf(name)[0]?.text.startsWith('Denied'), 30_000);
  await quiet();
  expect(told(name).slice(0, 3)).toEqual([1, 2, 2]);
  const kinds = heard(name).map((one) => one.split(' ')[0]);
  expect(kinds.filter((kind) => kind === 'approval.requested')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'approval.settled')).toHaveLength(1);
});

test('an endpoint that is away keeps no other waiting, is told once it is back, and is on record meanwhile', async () => {
  const port = hook.port;
  await hook.close();
  const { name } = await submitted();
  await eventually('the others are told', () => [0, 1, 2].every((at) => (told(name)[at] ?? 0) > 0));
  await soon(async () => {
    const { items } = await on.client.list(RESOURCES.Event, { namespace: pod.namespace });
    const ofIt = items
      .filter((event) => JSON.stringify(event).includes(name))
      .map((event) => (event as { reason?: string }).reason);
    expect(ofIt).toContain('NotificationDelayed');
  });
  hook = await Endpoint.start(port);
  await eventually('it is told', () => heard(name).length > 0, 30_000);
  await quiet();
  expect(heard(name)).toEqual(['approval.requested Pending']);
  expect(await operators[0]?.metrics()).toMatch(
    /sallyport_notifications_total\{channel="tickets",result="failed"\} [1-9]/,
  );
});

test('an approval is used once while it is on record whom it was told to', async () => {
  const { name, digest } = await submitted();
  await eventually('ada approves it', () => decide(name, 'Approved').catch(() => false as const));
  await soon(async () => expect((await stored(name)).status?.state).toBe('Approved'));
  // Only the operator may write it. A hundred a second, until the approval is used.
  const used = new AbortController();
  const note = async (writer: number): Promise<number> => {
    let written = 0;
    while (!used.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      written += 1;
      const notified = { [`writer-${writer}`]: { votes: written % 1000 } };
      const ref = { namespace: pod.namespace, name };
      await operators[0]?.client.mergePatch(
        CUSTOM_RESOURCES.ApprovalRequest,
        ref,
        { status: { notified } },
        { subresource: 'status' },
      );
    }
    return written;
  };
  const noise = Promise.all(Array.from({ length: 3 }, (_, writer) => note(writer)));
  const uses = [1, 2, 3].map(() => asks(`/v1/approvals/${name}/consume`, { digest, revision: pod.revision }));
  const answers = await Promise.all(uses).finally(() => used.abort());
  expect((await noise).every((written) => written > 1)).toBe(true);
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
  expect((await stored(name)).status?.state).toBe('Consumed');
});
