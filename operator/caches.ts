/** What the operator knows of the cluster: one store a kind, kept by reflectors, and the ways things are found in them. */
import type { Logger } from 'pino';
import { sha256 } from '../core/digest.ts';
import type { ApiClient } from './kit/api-client.ts';
import type { Runnable } from './kit/manager.ts';
import type { KubeObject, ObjectMeta, RawObject, Resource } from './kit/resource.ts';
import { RESOURCES } from './kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from './custom-resources.ts';
import { Reflector } from './kit/reflector.ts';
import { Store } from './kit/store.ts';
import { type Labels, leadingPair, matchesLabels, pairsOf } from './labels.ts';
import { callKeyOf, type StoredRequest } from './approvals/request.ts';
import { LABEL, MANAGED_BY, OPERATOR_CA_KEY } from './names.ts';
import { type Pod, prunePod } from './pod.ts';

/** A ConfigMap or Deployment of ours, without what only its reader needs. */
export interface OwnedObject extends KubeObject {
  /** Of the part that we write; another one means that somebody else wrote. */
  readonly digest: string;
  /** The certificates in it. */
  readonly ca: string | undefined;
}

export interface Service extends KubeObject {
  spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Labels;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number | string;
      readonly protocol?: string;
    }[];
  };
}

export class Caches {
  readonly servers = new Store<RawObject>();
  readonly packs = new Store<RawObject>();
  readonly approvals = new Store<StoredRequest>();
  readonly pods = new Store<Pod>();
  readonly services = new Store<Service>();
  readonly namespaces = new Store<RawObject>();
  readonly configMaps = new Store<OwnedObject>();
  readonly deployments = new Store<RawObject>();

  constructor() {
    this.servers.addIndex('namespace', byNamespace);
    this.servers.addIndex('selector', (server) => leadOf(server.metadata.namespace, podSelector(server)));
    this.packs.addIndex('namespace', byNamespace);
    this.pods.addIndex('label', ({ metadata }) => pairsOf(metadata.namespace, metadata.labels));
    this.services.addIndex('selector', (service) => leadOf(service.metadata.namespace, service.spec.selector));
    this.approvals.addIndex('call', (approval) => [callKeyOf(approval)]);
    this.approvals.addIndex('server', ({ metadata, spec }) => [`${metadata.namespace ?? ''}/${spec.server}`]);
  }

  serversIn(namespace: string): Iterable<RawObject> {
    return this.servers.byIndex('namespace', namespace);
  }

  packsIn(namespace: string): Iterable<RawObject> {
    return this.packs.byIndex('namespace', namespace);
  }

  /** Undefined: the namespace has not been heard of yet. */
  namespaceLabels(namespace: string): Labels | undefined {
    const known = this.namespaces.get({ name: namespace });
    return known === undefined ? undefined : (known.metadata.labels ?? {});
  }

  /** Pods that a selector finds; none for a selector that is missing or empty. */
  podsOf(namespace: string | undefined, selector: Labels | undefined): Pod[] {
    const lead = selector === undefined ? undefined : leadingPair(namespace, selector);
    if (selector === undefined || lead === undefined) return [];
    return [...this.pods.byIndex('label', lead)].filter(({ metadata }) => matchesLabels(selector, metadata.labels));
  }

  /** Servers whose selector finds a pod with these labels. */
  serversSelecting(namespace: string | undefined, labels: Labels | undefined): RawObject[] {
    return pairsOf(namespace, labels)
      .flatMap((pair) => Array.from(this.servers.byIndex('selector', pair)))
      .filter((server) => matchesLabels(podSelector(server) ?? {}, labels));
  }

  /** Services whose selector finds a pod with these labels. */
  servicesSelecting(namespace: string | undefined, labels: Labels | undefined): Service[] {
    return pairsOf(namespace, labels)
      .flatMap((pair) => Array.from(this.services.byIndex('selector', pair)))
      .filter((service) => matchesLabels(service.spec.selector ?? {}, labels));
  }
}

function byNamespace({ metadata }: KubeObject): string[] {
  return [metadata.namespace ?? ''];
}

/**
 * The pods of a server: those its selector finds, or those of the Deployment that the operator runs for it. Also of a server that is
 * not valid as far as this goes, so that its pods do not count as nobody's.
 */
export function podSelector({ metadata, spec }: RawObject): Labels | undefined {
  const { workload, run } = (spec ?? {}) as { workload?: { selector?: { matchLabels?: Labels } }; run?: unknown };
  if (workload !== undefined) return workload.selector?.matchLabels;
  return run === undefined ? undefined : { [LABEL.server]: metadata.name };
}

function leadOf(namespace: string | undefined, selector: Labels | undefined): string[] {
  const lead = selector === undefined ? undefined : leadingPair(namespace, selector);
  return lead === undefined ? [] : [lead];
}

/** One reflector a store. Only what carries our label is watched where everything else is none of our business. */
export function reflectorsOf(caches: Caches, client: ApiClient, log: Logger) {
  const ours = { labelSelector: `${LABEL.managedBy}=${MANAGED_BY}` };
  const reflect = <T extends KubeObject>(
    resource: Resource<T>,
    store: Store<T>,
    options: { labelSelector?: string; transform?: (object: T) => T } = {},
  ): Runnable & Pick<Reflector<T>, 'hasSynced' | 'problem'> =>
    new Reflector({ client, resource, store, log, ...options });
  return [
    reflect(RESOURCES.Namespace, caches.namespaces),
    reflect(CUSTOM_RESOURCES.MCPServer, caches.servers),
    reflect(CUSTOM_RESOURCES.PolicyPack, caches.packs),
    reflect<StoredRequest>(CUSTOM_RESOURCES.ApprovalRequest as Resource<never>, caches.approvals, {
      transform: pruneRequest,
    }),
    reflect<Pod>(RESOURCES.Pod as Resource<never>, caches.pods, { transform: prunePod }),
    reflect<Service>(RESOURCES.Service as Resource<never>, caches.services, { transform: pruneService }),
    reflect<OwnedObject>(RESOURCES.ConfigMap as Resource<never>, caches.configMaps, { ...ours, transform: digestData }),
    reflect(RESOURCES.Deployment, caches.deployments, { ...ours, transform: pruneDeployment }),
  ];
}

/*
 * Caches keep what is read and nothing else: an object may hold a megabyte of what its author pleases, and whoever may write in
 * one namespace must not be able to fill the memory of an operator that serves all of them.
 */

/** Bundles may be large, and all that is asked of a stored one is whether it is the right one. */
function digestData({ apiVersion, kind, metadata, ...rest }: OwnedObject): OwnedObject {
  const { data } = rest as { data?: Record<string, string> };
  return { apiVersion, kind, metadata: pruneMeta(metadata), digest: digestOfData(data), ca: data?.[OPERATOR_CA_KEY] };
}

function pruneService({ apiVersion, kind, metadata, spec }: Service): Service {
  const { type, selector, ports } = spec;
  return { apiVersion, kind, metadata: pruneMeta(metadata), spec: { type, selector, ports } as Service['spec'] };
}

function pruneDeployment({ apiVersion, kind, metadata }: RawObject): RawObject {
  return { apiVersion, kind, metadata: pruneMeta(metadata) };
}

/** The preview is for people; nothing is decided by it here. */
function pruneRequest(request: StoredRequest): StoredRequest {
  return { ...request, metadata: pruneMeta(request.metadata), spec: { ...request.spec, preview: {} } };
}

function pruneMeta({ annotations: _, ...metadata }: ObjectMeta): ObjectMeta {
  return metadata;
}

export function digestOfData(data: unknown): string {
  return sha256(JSON.stringify(Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))));
}
