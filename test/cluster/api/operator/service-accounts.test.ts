/**
 * ServiceAccounts as callers, with tokens of a real API server (TokenRequest): the operator mirrors its keys and asks it, a gate that runs
 * decides. What the kubelet does is the test's: pods, the mount, the projected token.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { FIELD_MANAGER } from '../../../../operator/names.ts';
import { decisionsIn } from '../../../support/audit-file.ts';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { type FixtureServer, startFixture } from '../../../support/fixture-server.ts';
import { messagesIn, modernHeaders, modernRequest } from '../../../support/messages.ts';
import { rawExchange } from '../../../support/raw-http.ts';
import { type ApiServer, startApiServer } from '../../api-server.ts';
import { installCrds } from '../../shared-api-server.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { Bench, soon } from './bench.ts';
import { type GatePod, startGatePod } from './gate-pod.ts';

vi.setConfig({ testTimeout: 180_000 });
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

const all = cleanupAfterAll();
let api: ApiServer;
let on: Bench;
let root: string;
let operator: TestOperator;
let fixture: FixtureServer;
let agents: string;
let offline: Place;
let online: Place;

interface Place {
  readonly namespace: string;
  readonly audience: string;
  readonly gate: GatePod;
}

beforeAll(async () => {
  api = await startApiServer();
  all.defer(() => api.stop());
  const { kubeconfig } = api;
  await installCrds(kubeconfig);
  const client = await ApiClient.fromKubeConfig({ fieldManager: FIELD_MANAGER, kubeconfig });
  all.defer(() => client.close());
  on = new Bench(client, kubeconfig);
  root = await on.namespace();
  operator = await startOperator(kubeconfig, root);
  all.defer(() => operator.stop());
  fixture = await all.use(startFixture());
  agents = await on.namespace();
  for (const name of ['billing', 'writer'])
    await on.client.create(RESOURCES.ServiceAccount, { metadata: { namespace: agents, name } });
  for (const name of ['billing-1', 'billing-2']) await agentPod(name);
  offline = await place({ namespaces: [agents] });
  online = await place({ verify: 'Online' });
}, BUILD_LIMIT_MS);

async function agentPod(name: string): Promise<void> {
  const spec = { serviceAccountName: 'billing', nodeName: 'node-1', containers: [{ name: 'agent', image: 'agent' }] };
  await on.client.create(RESOURCES.Pod, { metadata: { namespace: agents, name }, spec });
}

/** A server that lets in ServiceAccounts, and its gate. */
async function place(serviceAccounts: object): Promise<Place> {
  const namespace = await on.namespace();
  const billing = { names: [`system:serviceaccount:${agents}:billing`] };
  const tools = [
    { names: ['echo'], effect: 'Allow', principals: { groups: [`system:serviceaccounts:${agents}`] } },
    { names: ['danger'], effect: 'Allow', principals: billing },
    { names: ['slow'], effect: 'Allow', when: 'principal.attributes.pod == "billing-1"' },
  ];
  await on.pack(namespace, 'accounts', { tools });
  await on.server(namespace, 'ledger', { access: { serviceAccounts } });
  const options = { namespace, name: 'ledger-1', upstream: fixture.url, operator };
  const gate = await all.use(startGatePod(on, options));
  return { namespace, gate, audience: `ledger.${namespace}.sallyport.dev` };
}

interface TokenOptions {
  readonly account?: string;
  readonly audience?: string | readonly string[] | undefined;
  readonly pod?: string;
}

/** As a kubelet gets it for a projected volume. */
async function token({ account = 'billing', audience, pod }: TokenOptions): Promise<string> {
  const bound =
    pod === undefined
      ? []
      : [
          ...['--bound-object-kind=Pod', `--bound-object-name=${pod}`],
          `--bound-object-uid=${(await on.client.get(RESOURCES.Pod, { namespace: agents, name: pod })).metadata.uid}`,
        ];
  const made = [audience ?? []].flat().map((one) => `--audience=${one}`);
  return (await on.kubectl(['-n', agents, 'create', 'token', account, '--duration=10m', ...made, ...bound])).trim();
}

/** `allowed`, or what the gate says, and with which status. */
async function said({ gate }: Place, bearer: string, tool = 'echo'): Promise<string> {
  const { status, headers, body } = await rawExchange(gate.sidecar.port, {
    headers: [...modernHeaders('tools/call', tool), ['authorization', `Bearer ${bearer}`]],
    body: modernRequest('tools/call', { name: tool, arguments: { text: 'x', ms: 1 } }),
  });
  const [message] = messagesIn(body);
  const result = message?.['result'] as { isError?: boolean } | undefined;
  if (result !== undefined && result.isError !== true) return 'allowed';
  return `${status} ${headers['www-authenticate'] ?? ''} ${body}`;
}

test('the status says what a token has to be made for', async () => {
  await soon(async () => {
    const { status } = await on.client.get(CUSTOM_RESOURCES.MCPServer, {
      namespace: offline.namespace,
      name: 'ledger',
    });
    expect(status?.['serviceAccounts']).toEqual({ audiences: [offline.audience], issuer: ISSUER });
  });
});

describe.each([
  ['offline', () => offline],
  ['online', () => online],
])('%s', (_how, where) => {
  test('an agent with nothing but its ServiceAccount calls, and does what rules let it', async () => {
    const { audience, gate } = where();
    const billing = await token({ audience, pod: 'billing-1' });
    await soon(async () => expect(await said(where(), billing)).toBe('allowed'), 60_000);
    expect(await said(where(), billing, 'danger')).toBe('allowed');
    const writer = await token({ account: 'writer', audience });
    expect(await said(where(), writer)).toBe('allowed');
    expect(await said(where(), writer, 'danger')).not.toBe('allowed');
    const known = expect.objectContaining({
      kind: 'serviceAccount',
      name: `system:serviceaccount:${agents}:writer`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${agents}`, 'system:authenticated'],
      issuer: ISSUER,
    });
    await soon(async () => {
      expect(decisionsIn(gate.sidecar.auditFile).map(({ principal }) => principal)).toContainEqual(known);
    });
  });

  test('conditions read in which pod it is', async () => {
    const { audience } = where();
    expect(await said(where(), await token({ audience, pod: 'billing-1' }), 'slow')).toBe('allowed');
    expect(await said(where(), await token({ audience, pod: 'billing-2' }), 'slow')).not.toBe('allowed');
    expect(await said(where(), await token({ audience }), 'slow')).not.toBe('allowed');
  });

  test.each([
    ['for another server', () => 'other.finance.sallyport.dev', 'made for another audience'],
    ['for the API server', () => undefined, 'made for another audience'],
    ['for the API server as well', () => [where().audience, ISSUER], 'made for the API server, too'],
  ])('a token %s is refused', async (_what, audience, words) => {
    const answer = await said(where(), await token({ audience: audience() }));
    expect(answer).toMatch(new RegExp(`^401 .*error="invalid_token".*${words}`));
  });

  test('a token of which a letter is another one is nobody’s', async () => {
    const { audience } = where();
    const [head = '', payload = '', signature = ''] = (await token({ audience })).split('.');
    const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await said(where(), [head, payload, other].join('.'))).toMatch(/^401 .*its signature is wrong/);
  });
});

test('of a namespace that is not listed nobody is let in', async () => {
  const made = ['-n', root, 'create', 'token', 'default', '--duration=10m', `--audience=${offline.audience}`];
  expect(await said(offline, (await on.kubectl(made)).trim())).toMatch(/^401 .*are not let in by this server/);
});

test('the token of a pod that is deleted ends within seconds online, and with its time offline', async () => {
  const [kept, ended] = [
    await token({ audience: offline.audience, pod: 'billing-2' }),
    await token({ audience: online.audience, pod: 'billing-2' }),
  ];
  expect([await said(offline, kept), await said(online, ended)]).toEqual(['allowed', 'allowed']);
  await on.kubectl(['-n', agents, 'delete', 'pod', 'billing-2', '--force', '--grace-period=0']);
  await soon(async () => expect(await said(online, ended)).toMatch(/^401 .*the API server says/), 60_000);
  expect(await said(offline, kept)).toBe('allowed');
});

describe('another key of the API server', () => {
  test('is heard of with the first token that it has signed; what the one before has signed goes on', async () => {
    const before = await token({ audience: offline.audience });
    await api.rotateAccountKey('keep');
    const after = await token({ audience: offline.audience });
    await soon(async () => expect(await said(offline, after)).toBe('allowed'), 60_000);
    expect(await said(offline, before)).toBe('allowed');
  });
});

test('without an operator nobody is let in online, and offline everybody goes on', async () => {
  const [kept, ended] = [await token({ audience: offline.audience }), await token({ audience: online.audience })];
  await soon(async () => expect(await said(online, ended)).toBe('allowed'), 60_000);
  await operator.stop();
  await soon(async () => expect(await said(online, ended)).toMatch(/^503 /), 60_000);
  expect(await said(offline, kept)).toBe('allowed');
});
