/** What the operator knows of the cluster: one store a kind, kept by reflectors, and the ways things are found in them. */
import type { WrittenRevision } from './approvals/revisions.ts';
import type { StoredKeys } from './audit-keys/keys-object.ts';
import type { StoredGrant, StoredRequest } from './custom-resources.ts';
import type { StoredPins } from './definitions/pins-object.ts';
import { controllerOf } from './kit/owner.ts';
import type { KubeObject, RawObject } from './kit/resource.ts';
import { keyOf, Store } from './kit/store.ts';
import { type Labels, leadingPair, matchesLabels, pairsOf } from './labels.ts';
import type { OwnedObject } from './owned-set.ts';
import { serverOfPins } from './names.ts';
import { isPodOf, placementOf, selectorOf } from './placement.ts';
import type { Pod } from './pod.ts';
import { serversIn, type Shard } from './witness/shard.ts';

export interface PolicyConfigMap extends OwnedObject {
  /** The certificates in it. */
  readonly ca: string | undefined;
  /** What its bundles say of approvals. */
  readonly revisions: readonly WrittenRevision[];
}

export interface Service extends OwnedObject {
  spec: {
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
  /** As people wrote them. */
  readonly declared = new Store<RawObject>();
  /** The same with the selector of their pods, however their authors named these. */
  readonly servers = new Store<RawObject>();
  /** What makes the one of the other (targets/service.ts). Default: they are the same. */
  place: (server: RawObject) => RawObject = (server) => server;
  readonly packs = new Store<RawObject>();
  readonly approvals = new Store<StoredRequest>();
  readonly grants = new Store<StoredGrant>();
  readonly pods = new Store<Pod>();
  readonly services = new Store<Service>();
  readonly namespaces = new Store<RawObject>();
  readonly configMaps = new Store<PolicyConfigMap>();
  readonly deployments = new Store<OwnedObject>();
  /** Of the operator's own namespace. */
  readonly pins = new Store<StoredPins>();
  readonly auditKeys = new Store<StoredKeys>();
  readonly witness = new Store<Shard>();

  constructor() {
    this.declared.onChange(({ type, object }) => {
      if (type === 'deleted') this.servers.delete(keyOf(object), this.place(object));
      else this.servers.set(this.place(object));
    });
    this.servers.addIndex('namespace', byNamespace);
    this.servers.addIndex('selector', (server) => leadOf(server.metadata.namespace, selectorOf(server)));
    this.servers.addIndex('service', (server) => serviceOf(server));
    this.packs.addIndex('namespace', byNamespace);
    this.pods.addIndex('label', ({ metadata }) => pairsOf(metadata.namespace, metadata.labels));
    this.services.addIndex('selector', (service) => leadOf(service.metadata.namespace, service.spec.selector));
    for (const store of [this.services, this.configMaps, this.deployments]) store.addIndex('owner', byOwner);
    this.pins.addIndex('namespace', ({ metadata }) => [serverOfPins(metadata.name)?.namespace ?? []].flat());
    this.witness.addIndex('server', serversIn);
    this.grants.addIndex('server', ({ metadata, spec }) => [`${metadata.namespace ?? ''}/${spec.server}`]);
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
      .filter((server) => isPodOf(server, labels));
  }

  /** Services whose selector finds a pod with these labels. */
  servicesSelecting(namespace: string | undefined, labels: Labels | undefined): Service[] {
    return pairsOf(namespace, labels)
      .flatMap((pair) => Array.from(this.services.byIndex('selector', pair)))
      .filter((service) => matchesLabels(service.spec.selector ?? {}, labels));
  }
}

function byOwner(object: KubeObject): string[] {
  const uid = controllerOf(object)?.uid;
  return uid === undefined ? [] : [uid];
}

function byNamespace({ metadata }: KubeObject): string[] {
  return [metadata.namespace ?? ''];
}

/** The name that the Service of its endpoint has. */
function serviceOf(server: RawObject): string[] {
  const placement = placementOf(server);
  const { namespace = '' } = server.metadata;
  return placement.gate === 'none' ? [] : [keyOf({ namespace, name: placement.owned.service })];
}

function leadOf(namespace: string | undefined, selector: Labels | undefined): string[] {
  const lead = selector === undefined ? undefined : leadingPair(namespace, selector);
  return lead === undefined ? [] : [lead];
}
