/** Channels of the chart: the configuration that the operator reads, the Secrets that it is given, and where it may go. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseConfig } from '../../../../operator/config.ts';
import { helm } from '../../helm.ts';
import { tool } from '../../tools.ts';
import { BUILD_LIMIT_MS, CHART, NAMESPACE, RELEASE } from './release.ts';

const MAIL = {
  ...{ name: 'mail', type: 'Email', host: 'smtp.example.com', port: 2525, security: 'Tls' },
  ...{ from: 'Sallyport <sallyport@example.com>', to: ['treasury@example.com'] },
};
const CHANNELS = [
  { name: 'chat', type: 'Slack', channel: 'C024BE91L', secretName: 'slack' },
  { name: 'teams', type: 'Teams', secretName: 'teams', default: false },
  { name: 'tickets', type: 'Webhook', secretName: 'tickets' },
  MAIL,
];
const VALUES = { notifications: { channels: CHANNELS, proxy: 'http://proxy.example.com:3128' } };

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

let folder: string;
beforeAll(async () => {
  await tool('helm');
  folder = mkdtempSync(join(tmpdir(), 'sallyport-notifications-'));
}, BUILD_LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function render(values: object): Promise<Rendered[]> {
  const args = ['template', RELEASE, CHART, '--namespace', NAMESPACE, '--values', '-'];
  const text = await helm(join(folder, 'kubeconfig'), args, JSON.stringify(values));
  return parseAllDocuments(text).map((document) => document.toJS() as Rendered);
}

function find(documents: readonly Rendered[], kind: string): Rendered {
  const found = documents.find((document) => document.kind === kind && document.metadata.name === 'sallyport-operator');
  return found ?? expect.fail(`no ${kind}`);
}

interface PodTemplate {
  readonly template: {
    readonly spec: { readonly volumes: object[]; readonly containers: readonly { readonly volumeMounts: object[] }[] };
  };
}

function configOf(documents: readonly Rendered[]): ReturnType<typeof parseConfig> {
  return parseConfig(find(documents, 'ConfigMap').data?.['operator.yaml'] ?? '', 'operator.yaml');
}

test('the operator reads what they are, and nothing of their Secrets', async () => {
  const documents = await render(VALUES);
  const { notifications } = configOf(documents);
  expect(notifications).toMatchObject({ proxy: 'http://proxy.example.com:3128', secrets: '/etc/sallyport-channels' });
  expect(notifications.channels.map((channel) => [channel.name, channel.default])).toEqual([
    ['chat', true],
    ['teams', false],
    ['tickets', true],
    ['mail', true],
  ]);
  expect(find(documents, 'ConfigMap').data?.['operator.yaml']).not.toContain('secretName');
});

test.each([
  ['nothing takes their actions', {}, {}, false],
  ['the hooks take them', {}, { enabled: true, slack: { secretName: 'slack-app', team: 'T0ACME' } }, true],
  [
    'hooks come from elsewhere',
    {},
    {
      enabled: true,
      senders: [{ name: 'tickets', secretName: 'hook', speaksFor: ['bob'] }],
      people: [{ user: 'bob' }],
    },
    false,
  ],
  [
    'they are not wanted',
    { buttons: false },
    { enabled: true, slack: { secretName: 'slack-app', team: 'T0ACME' } },
    false,
  ],
])('messages of Slack have buttons or not: %s', async (_, more, hooks, expected) => {
  const documents = await render({
    notifications: { channels: [{ ...CHANNELS[0], ...more }] },
    approvals: { hooks: { people: [{ user: 'bob' }], ...hooks } },
  });
  expect(configOf(documents).notifications.channels).toMatchObject([{ buttons: expected }]);
});

test('each has its Secret where it is looked for, and starts without it', async () => {
  const { spec } = (find(await render(VALUES), 'Deployment').spec as PodTemplate).template;
  for (const [index, secretName] of ['slack', 'teams', 'tickets'].entries()) {
    const name = `channel-${index}`;
    expect(spec.volumes).toContainEqual({ name, secret: { secretName, optional: true } });
    const mountPath = `/etc/sallyport-channels/${CHANNELS[index]?.name ?? ''}`;
    expect(spec.containers[0]?.volumeMounts).toContainEqual({ name, mountPath, readOnly: true });
  }
  expect(spec.volumes).toHaveLength(4);
});

test('the NetworkPolicy lets the operator go there, and nowhere without channels', async () => {
  const egress = async (values: object): Promise<unknown[]> =>
    (find(await render(values), 'NetworkPolicy').spec as { egress: unknown[] }).egress;
  expect(await egress(VALUES)).toContainEqual({ ports: [{ port: 443 }, { port: 2525 }, { port: 3128 }] });
  expect(await egress({})).toHaveLength((await egress(VALUES)).length - 1);
  const { port: _, ...mail } = MAIL;
  expect(await egress({ notifications: { channels: [mail], ports: [8443] } })).toContainEqual({
    ports: [{ port: 8443 }, { port: 587 }],
  });
});

test('without any the operator has none', async () => {
  expect(configOf(await render({})).notifications.channels).toEqual([]);
});

test.each([
  ['two of one name', [CHANNELS[0], { ...CHANNELS[1], name: 'chat' }], 'two channels of one name'],
  [
    'a URL that would be no secret',
    [{ ...CHANNELS[2], url: 'https://example.com' }],
    "additional properties 'url' not allowed",
  ],
  ['one without a Secret that needs one', [{ name: 'a', type: 'Teams' }], 'secretName'],
  ['a type that is none', [{ name: 'a', type: 'Pager', secretName: 'a' }], '/notifications/channels/0'],
  ['a mail to nobody', [{ ...CHANNELS[3], to: [] }], '/notifications/channels/0'],
])('%s is refused', async (_, channels, message) => {
  await expect(render({ notifications: { channels } })).rejects.toThrow(message);
});
