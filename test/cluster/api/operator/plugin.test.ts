/** `kubectl sallyport` against the whole operator on a real API server, by real users with certificates of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { kubectlPlugin, type Plugin, type PluginRan } from '../../support/plugin.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { VOTE_BY } from '../chart/voter.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, type GatedPod } from './pod-identity.ts';

// Each command starts kubectl, the plugin from source, and kubectl again.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'sallyport-plugin-'));
let on: Installation;
let operator: TestOperator;
let pod: GatedPod;
let plugin: Plugin;
const users = new Map<string, string>();

const HELD = [
  { name: 'transfer', names: ['transfer'], effect: 'RequireApproval', reason: 'transfers need a second person' },
  {
    ...{ name: 'refund', names: ['refund'], effect: 'RequireApproval' },
    approval: { quorum: 2, approvers: { groups: ['treasury'] } },
  },
];

beforeAll(async () => {
  on = await Installation.start({ approvals: { voteBy: VOTE_BY } });
  operator = await on.replica();
  const namespace = await on.namespace({ 'sallyport.dev/injection': 'enabled' });
  await on.pack(namespace, 'payments', { tools: HELD });
  await on.server(namespace);
  pod = await gatedPod(on, 'ledger-1', namespace);
  plugin = await kubectlPlugin(folder);
  const bind = ['create', 'rolebinding', '-n', pod.namespace];
  await on.kubectl([...bind, 'approvers', '--clusterrole=sallyport-approver', '--group=treasury']);
  await on.kubectl([...bind, 'readers', '--clusterrole=sallyport-view', '--user=vic']);
  for (const [user, ...groups] of [
    ['ada', 'treasury'],
    ['grace', 'treasury'],
    ['billing-agent', 'treasury'],
    ['vic'],
    ['mallory'],
  ] as const)
    users.set(user, await on.cluster.server.userKubeconfig(user, groups));
  await eventually('votes are taken', async () => {
    const name = await submitted();
    return (await as('ada', 'deny', name)).code === 0;
  });
}, BUILD_LIMIT_MS);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await on?.close();
});

let calls = 0;
const digestOf = (call: number): string => `sha256:${call.toString(16).padStart(64, '0')}`;

async function submitted(preview: object = { amount: 5000 }, tool = 'transfer'): Promise<string> {
  const body = {
    method: 'tools/call',
    target: { kind: 'tool', name: tool },
    preview,
    digest: digestOf((calls += 1)),
    principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
    rules: [`${pod.namespace}/payments#${tool}`],
    revision: pod.revision,
  };
  const { status, body: answer } = await ask(operator, pod.operatorCa, {
    token: pod.token,
    path: '/v1/approvals',
    body,
  });
  expect([status, answer['state']]).toEqual([200, 'Pending']);
  return String(answer['name']);
}

function as(user: string, ...args: string[]): Promise<PluginRan> {
  return plugin.run(users.get(user) ?? '', 'approvals', ...args, '-n', pod.namespace);
}

async function stateOf(name: string): Promise<string> {
  return on.kubectl(['get', 'approvalrequest', name, '-n', pod.namespace, '-o', 'jsonpath={.status.state}']);
}

describe('kubectl sallyport approvals', () => {
  test('lists what waits, and shows one of it', async () => {
    const name = await submitted({ amount: 5000, to: 'ACME\u202e' });
    const list = await as('vic', 'list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(new RegExp(`^${name} +ledger +transfer +billing-agent +Pending .*in 14m`, 'm'));
    expect((await as('vic', 'list', '-o', 'name')).stdout).toContain(`approvalrequest.sallyport.dev/${name}\n`);
    const { stdout } = await as('vic', 'show', name);
    expect(stdout).toContain('Why held  transfers need a second person\n');
    expect(stdout).toContain(`Digest    ${digestOf(calls)}\n`);
    expect(stdout).toMatch(
      /Arguments\n {2}\| \{\n {2}\| {3}"amount": 5000,\n {2}\| {3}"to": "ACME\\u202e"\n {2}\| \}\n$/,
    );
    const { items } = JSON.parse((await as('vic', 'list', '--all', '-o', 'json')).stdout) as { items: object[] };
    expect(items.length).toBeGreaterThan(1);
  });

  test('approves by a vote in the name of the user, and says what became of it', async () => {
    const name = await submitted();
    const { code, stdout } = await as('ada', 'approve', name, '--digest', digestOf(calls), '--reason', 'invoice 4711');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `approved: ${name}; tools/call "transfer" by billing-agent may run once\n`,
    });
    expect(await stateOf(name)).toBe('Approved');
    expect((await as('vic', 'show', name)).stdout).toMatch(/^State +Approved by ada at .*: invoice 4711$/m);
    expect(await as('ada', 'approve', name, '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is settled already: Approved by ada .*; nothing was changed\n$/) as string,
    });
  });

  test.each([
    ['the requester', 'billing-agent', 'billing-agent made this call and cannot decide on it; somebody else has to'],
    ['somebody who may only read', 'vic', 'User "vic" cannot get resource "approvalrequests/status"'],
    ['somebody without rights', 'mallory', 'User "mallory" cannot get resource "approvalrequests"'],
  ])('%s is refused in the words of the API server', async (_, user, words) => {
    const name = await submitted();
    const { code, stdout, stderr } = await as(user, 'approve', name, '--yes');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`sallyport: the API server refused: ${words}`);
    expect(await stateOf(name)).toBe('Pending');
  });

  test('nothing is approved unseen, nor what is other than what was seen', async () => {
    const name = await submitted();
    expect(await as('ada', 'approve', name)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('add --digest') as string,
    });
    expect(await as('ada', 'approve', name, '--digest', digestOf(4711))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`its digest is ${digestOf(calls)}`) as string,
    });
    expect(await stateOf(name)).toBe('Pending');
  });

  test('says what of several votes is missing, and what was before', async () => {
    const name = await submitted({ amount: 100 }, 'refund');
    const one = await as('ada', 'approve', name, '--yes');
    expect([one.code, one.stdout]).toEqual([
      0,
      `${name}: your vote (Approved) is cast; 1 of 2 votes; still needs 1 of treasury\n`,
    ]);
    await eventually('it is counted', async () => (await as('vic', 'list')).stdout.includes('1/2'));
    expect((await as('grace', 'approve', name, '--yes')).stdout).toMatch(/^approved: /);
    const next = await submitted({ amount: 9000 }, 'refund');
    const { stdout } = await as('ada', 'show', next);
    expect(stdout).toMatch(/^State +Pending; 0 of 2 votes; still needs 2 of treasury$/m);
    expect(stdout).toContain('Calls like this one were approved once, once with your vote, and denied never.\n');
    expect(stdout).toContain('  | ~ /amount\n  |   - 100\n  |   + 9000\n');
    const again = await submitted({ amount: 9500 }, 'refund');
    expect((await as('vic', 'list')).stdout).toMatch(new RegExp(`^${next} .* -\n${again} .* /amount$`, 'm'));
  });

  test('watches until it is told to stop', async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const events: string[] = [];
    const following = plugin.follow(users.get('vic') ?? '', ['approvals', 'watch', '-n', pod.namespace], {
      signal: stop.signal,
      line: (text) => {
        const { type, object } = JSON.parse(text) as { type: string; object: { metadata: { name: string } } };
        events.push(`${type} ${object.metadata.name}`);
      },
    });
    const name = await submitted();
    await eventually('it is told', () => events.includes(`ADDED ${name}`), 30_000);
    await as('ada', 'deny', name);
    await eventually('its end is told', () => events.includes(`DELETED ${name}`), 30_000);
    stop.abort();
    expect(await following).toBe(0);
  });

  test('what is not there, and a cluster that is not, are said with what to do', async () => {
    expect((await as('ada', 'show', 'ledger-transfer-nosuch')).stderr).toBe(
      'sallyport: approval ledger-transfer-nosuch is not there; `kubectl sallyport approvals list` shows those that wait\n',
    );
    expect((await plugin.run('/nowhere', 'approvals', 'list')).stderr).toMatch(/the cluster does not answer/);
  });
});
