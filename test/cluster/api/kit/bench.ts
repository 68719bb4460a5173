/** What the tests of the controller kit share: a client, a namespace, a custom resource of their own, a reflector with its diary. */
import { pino } from 'pino';
import { ApiClient, type ApiClientOptions } from '../../../../operator/kit/api-client.ts';
import type { BackoffOptions } from '../../../../operator/kit/backoff.ts';
import { Reflector, type ReflectorOptions } from '../../../../operator/kit/reflector.ts';
import { defineResource, type KubeObject, type Resource } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { Store } from '../../../../operator/kit/store.ts';
import type { Cleanup } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';

export interface Widget extends KubeObject {
  spec: { size?: number; colour?: string };
  status?: { size?: number; conditions?: unknown[] };
}

export const WIDGET = defineResource<Widget>('kit.example.com/v1', 'Widget', 'widgets');

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export function crdOf(resource: Resource): KubeObject & { spec: object } {
  const [group = '', version = ''] = resource.apiVersion.split('/');
  const { kind, plural } = resource;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: OPEN, status: OPEN } } },
        },
      ],
    },
  };
}

export async function installCrd(client: ApiClient, resource: Resource): Promise<void> {
  await client.apply(RESOURCES.CustomResourceDefinition, crdOf(resource));
  await eventually(`${resource.plural} are served`, () => client.list(resource).catch(() => undefined));
}

export async function connect(
  { use }: Cleanup,
  kubeconfig: string,
  options: Partial<ApiClientOptions> = {},
): Promise<ApiClient> {
  return use(ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig, ...options }));
}

export async function freshNamespace(client: ApiClient): Promise<string> {
  const { metadata } = await client.create(RESOURCES.Namespace, { metadata: { generateName: 'kit-' } });
  return metadata.name;
}

/** Fast enough for a test; the true waiting times are tested with a clock of their own. */
export const HASTY: BackoffOptions = { firstMs: 20, maxMs: 200, jitter: 0, resetAfterMs: 1_000 };

export interface Watching<T extends KubeObject> {
  readonly reflector: Reflector<T>;
  readonly store: Store<T>;
  /** `added NAME`, `updated NAME`, `deleted NAME`, in their order. */
  readonly changes: string[];
  /** The messages of the log with the problem behind, if it names one. */
  readonly lines: string[];
  /** What the store has: name to resource version. */
  readonly versions: () => Record<string, string | undefined>;
  readonly stop: () => Promise<void>;
}

export function watching<T extends KubeObject>(
  { defer }: Cleanup,
  options: Pick<ReflectorOptions<T>, 'client' | 'resource'> & Partial<ReflectorOptions<T>>,
): Watching<T> {
  const lines: string[] = [];
  const log = pino(
    { level: 'info' },
    {
      write(text) {
        const { msg, problem, err } = JSON.parse(text) as { msg: string; problem?: string; err?: { message: string } };
        lines.push([msg, problem ?? err?.message].filter(Boolean).join(': '));
      },
    },
  );
  const store = new Store<T>();
  const changes: string[] = [];
  store.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
  const reflector = new Reflector({ store, log, backoff: HASTY, ...options });
  const abort = new AbortController();
  const ended = reflector.start(abort.signal);
  const stop = (): Promise<void> => {
    abort.abort();
    return ended;
  };
  defer(stop);
  const versions = (): Record<string, string | undefined> =>
    Object.fromEntries([...store.list()].map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  return { reflector, store, changes, lines, versions, stop };
}

/** Until the store is what the API server has. */
export async function inStep<T extends KubeObject>(
  watched: Watching<T>,
  client: ApiClient,
  resource: Resource<T>,
  namespace: string,
): Promise<void> {
  const { items } = await client.list(resource, { namespace });
  const there = Object.fromEntries(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  const text = (versions: object): string => JSON.stringify(versions, Object.keys(versions).sort());
  await eventually(`the store holds ${text(there)}`, () => text(watched.versions()) === text(there), 20_000);
}
