/** What the tests of admission share: a namespace, webhook configurations for it alone, pods. */
import { randomBytes } from 'node:crypto';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import type { RawObject, Resource } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { FIELD_MANAGER } from '../../../../operator/names.ts';
import type { Cleanup } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { kubectl } from '../../api-server.ts';

/** On a Secret, `true`: it holds digests of client tokens; the chart's webhook selects by it. */
export const CLIENT_TOKENS_LABEL = 'sallyport.dev/client-tokens';

export interface Bench {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly kubectl: (args: readonly string[], input?: object) => Promise<string>;
  /** A name for what is not in a namespace. */
  readonly unique: (name: string) => string;
}

export async function bench(
  { use }: Pick<Cleanup, 'use'>,
  kubeconfig: string,
  labels: Record<string, string> = {},
): Promise<Bench> {
  const client = await use(ApiClient.fromKubeConfig({ fieldManager: FIELD_MANAGER, kubeconfig }));
  const { metadata } = await client.create(RESOURCES.Namespace, { metadata: { generateName: 'admission-', labels } });
  const namespace = metadata.name;
  // Without controllers nobody else makes it, and no pod is admitted without one.
  await client.create(RESOURCES.ServiceAccount, { metadata: { name: 'default', namespace } });
  const suffix = randomBytes(4).toString('hex');
  return {
    client,
    namespace,
    kubectl: (args, input) =>
      kubectl(kubeconfig, ['-n', namespace, ...args], input === undefined ? undefined : JSON.stringify(input)),
    unique: (name) => `${name}-${suffix}`,
  };
}

export interface WebhookInput {
  readonly name: string;
  readonly url: string;
  readonly caBundle?: string;
  readonly failurePolicy?: 'Fail' | 'Ignore';
  /** Of mutating ones. Default: IfNeeded. */
  readonly reinvocationPolicy?: 'Never' | 'IfNeeded';
}

const { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } = RESOURCES;

/** Not yet in the API server. */
export function mutatingConfiguration(on: Bench, name: string, ...webhooks: readonly WebhookInput[]): RawObject {
  const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];
  return configuration(MutatingWebhookConfiguration, on, name, webhooks, { rules, reinvocationPolicy: 'IfNeeded' });
}

export function validatingConfiguration(on: Bench, name: string, ...webhooks: readonly WebhookInput[]): RawObject {
  const operations = ['CREATE', 'UPDATE'];
  const rules = [
    { apiGroups: ['sallyport.dev'], apiVersions: ['v1alpha1'], operations, resources: ['mcpservers', 'policypacks'] },
    { apiGroups: [''], apiVersions: ['v1'], operations, resources: ['secrets'] },
  ];
  // As the chart's object selector: of the Secrets, those with client tokens.
  const expression = `object.kind != 'Secret' || '${CLIENT_TOKENS_LABEL}' in object.metadata.?labels.orValue({})`;
  const matchConditions = [{ name: 'ours', expression }];
  return configuration(ValidatingWebhookConfiguration, on, name, webhooks, { rules, matchConditions });
}

function configuration(
  { apiVersion, kind }: Resource,
  { namespace }: Bench,
  name: string,
  webhooks: readonly WebhookInput[],
  common: object,
): RawObject {
  return {
    apiVersion,
    kind,
    metadata: { name },
    webhooks: webhooks.map(({ name: webhook, url, caBundle, failurePolicy = 'Fail', reinvocationPolicy }) => ({
      ...common,
      ...(reinvocationPolicy === undefined ? {} : { reinvocationPolicy }),
      name: webhook,
      clientConfig: { url, ...(caBundle === undefined ? {} : { caBundle: Buffer.from(caBundle).toString('base64') }) },
      // Of all the tests on this server, only ours.
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      admissionReviewVersions: ['v1'],
      failurePolicy,
      sideEffects: 'None',
      timeoutSeconds: 5,
    })),
  };
}

/** Creates it, waits until the API server asks the webhook (a moment later), and takes it away after the test. */
export async function install(
  { defer }: Pick<Cleanup, 'defer'>,
  { client }: Pick<Bench, 'client'>,
  configured: RawObject,
  isActive: () => boolean | Promise<boolean>,
): Promise<void> {
  const resource =
    configured.kind === 'MutatingWebhookConfiguration' ? MutatingWebhookConfiguration : ValidatingWebhookConfiguration;
  await client.create(resource, configured);
  defer(() => client.delete(resource, { name: configured.metadata.name }));
  await eventually(`the API server asks ${configured.metadata.name}`, isActive);
}

export interface PodInput {
  readonly name?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: object;
}

export function pod({ name, labels = { app: 'ledger' }, annotations = {}, spec = {} }: PodInput = {}): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? { generateName: 'ledger-' } : { name }),
      labels,
      annotations,
    } as RawObject['metadata'],
    spec: {
      containers: [{ name: 'app', image: 'ledger:1', ports: [{ name: 'mcp', containerPort: 9000 }] }],
      ...spec,
    },
  };
}

/** As kubectl creates it, with every field checked; what the API server made of it. */
export async function create({ kubectl: run }: Bench, object: object, ...flags: readonly string[]): Promise<RawObject> {
  const answer = await run(['create', '--validate=strict', '-o', 'json', ...flags, '-f', '-'], object);
  return JSON.parse(answer) as RawObject;
}
