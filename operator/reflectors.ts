/** What fills the caches: one reflector a store, and what is kept of the objects that it brings. */
import type { Logger } from 'pino';
import { callOf, definitionOf, stormOf } from '../core/api/approval-request.ts';
import type { Caches, PolicyConfigMap, Service } from './caches.ts';
import { revisionsIn } from './approvals/revisions.ts';
import { pruneKeys, type StoredKeys } from './audit-keys/keys-object.ts';
import { prunePins, type StoredPins } from './definitions/pins-object.ts';
import { contentDigest } from './content-digest.ts';
import { CUSTOM_RESOURCES, type StoredGrant, type StoredRequest } from './custom-resources.ts';
import type { ApiClient } from './kit/api-client.ts';
import { RESOURCES } from './kit/kubernetes-resources.ts';
import type { Runnable } from './kit/manager.ts';
import { Reflector, type ReflectorOptions } from './kit/reflector.ts';
import type { KubeObject, ObjectMeta, Resource } from './kit/resource.ts';
import type { Store } from './kit/store.ts';
import { isPolicyConfigMap, LABEL, MANAGED_BY, OPERATOR_CA_KEY } from './names.ts';
import type { OwnedObject } from './owned-set.ts';
import { type Pod, prunePod } from './pod.ts';
import { readShard, type Shard } from './witness/shard.ts';

export interface ReflectorsOptions {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly log: Logger;
  readonly rootNamespace: string;
  /** What is looked at outside of the root namespace; none: all namespaces. */
  readonly watchNamespaces: readonly string[];
  /** Whether Deployments are made for `spec.run`: without that there is no right to read them. */
  readonly runs: boolean;
}

type CacheReflector = Runnable & Pick<Reflector<never>, 'hasSynced' | 'problem'>;

/** What fills each store. Only what carries our label is watched where everything else is none of our business. */
export function reflectorsOf(options: ReflectorsOptions): CacheReflector[] {
  const { caches, client, log, rootNamespace, runs } = options;
  const ours = { labelSelector: `${LABEL.managedBy}=${MANAGED_BY}` };
  const reflect = <T extends KubeObject>(
    resource: Resource<T>,
    store: Store<T>,
    more: Pick<ReflectorOptions<T>, 'namespace' | 'labelSelector' | 'fieldSelector' | 'isOwnPart' | 'transform'> = {},
  ): CacheReflector => new Reflector({ client, resource, store, log, ...more });
  const places = placesOf(options);
  /** One for all namespaces, or one for each. */
  const reflectAll = <T extends KubeObject>(
    resource: Resource<T>,
    store: Store<T>,
    more: Pick<ReflectorOptions<T>, 'labelSelector' | 'transform'> = {},
  ): CacheReflector[] => placed(resource, places).map((place) => reflect(resource, store, { ...more, ...place }));
  const deployments = reflectAll<OwnedObject>(RESOURCES.Deployment as Resource<never>, caches.deployments, {
    ...ours,
    transform: pruneOwned,
  });
  return [
    ...reflectAll(RESOURCES.Namespace, caches.namespaces),
    ...reflectAll(CUSTOM_RESOURCES.MCPServer, caches.declared),
    ...reflectAll(CUSTOM_RESOURCES.PolicyPack, caches.packs),
    ...reflectAll(CUSTOM_RESOURCES.ApprovalRequest, caches.approvals, { transform: pruneRequest }),
    ...reflectAll(CUSTOM_RESOURCES.ApprovalGrant, caches.grants, { transform: pruneGrant }),
    ...reflectAll<Pod>(RESOURCES.Pod as Resource<never>, caches.pods, { transform: prunePod }),
    ...reflectAll<Service>(RESOURCES.Service as Resource<never>, caches.services, { transform: pruneService }),
    ...reflectAll<PolicyConfigMap>(RESOURCES.ConfigMap as Resource<never>, caches.configMaps, {
      ...ours,
      transform: prunePolicy,
    }),
    reflect<StoredPins>(RESOURCES.ConfigMap as Resource<never>, caches.pins, {
      namespace: rootNamespace,
      labelSelector: `${LABEL.pins}=true`,
      transform: prunePins as unknown as (object: StoredPins) => StoredPins,
    }),
    reflect<StoredKeys>(RESOURCES.ConfigMap as Resource<never>, caches.auditKeys, {
      namespace: rootNamespace,
      labelSelector: `${LABEL.auditKeys}=true`,
      transform: pruneKeys as unknown as (object: StoredKeys) => StoredKeys,
    }),
    reflect<Shard>(RESOURCES.ConfigMap as Resource<never>, caches.witness, {
      namespace: rootNamespace,
      labelSelector: `${LABEL.witness}=true`,
      transform: readShard as unknown as (object: Shard) => Shard,
    }),
    ...(runs ? deployments : []),
  ];
}

/** The namespaces that are looked at; undefined: all there are. */
function placesOf({ rootNamespace, watchNamespaces }: ReflectorsOptions): readonly string[] | undefined {
  return watchNamespaces.length === 0 ? undefined : [...new Set([...watchNamespaces, rootNamespace])];
}

/** Where one kind is read: a Namespace itself by its name, since a right to read some of them is a right to name them. */
export function placed(
  { namespaced }: Pick<Resource, 'namespaced'>,
  places: readonly string[] | undefined,
): Pick<ReflectorOptions<KubeObject>, 'namespace' | 'fieldSelector' | 'isOwnPart'>[] {
  if (places === undefined) return [{}];
  return places.map((place) =>
    namespaced
      ? { namespace: place, isOwnPart: ({ namespace }) => namespace === place }
      : { fieldSelector: `metadata.name=${place}`, isOwnPart: ({ name }) => name === place },
  );
}

/*
 * Caches keep what is read and nothing else: an object may hold a megabyte of what its author pleases, and whoever may write in
 * one namespace must not be able to fill the memory of an operator that serves all of them.
 */

/** Bundles may be large; what is asked of a stored one is whether it is the right one, and which of its rules ask for a person. */
export function prunePolicy(object: PolicyConfigMap & { readonly data?: Record<string, string> }): PolicyConfigMap {
  // Of what only has our label nothing is kept.
  const data = isPolicyConfigMap(object.metadata.name) ? object.data : undefined;
  return { ...pruneOwned(object), ca: data?.[OPERATOR_CA_KEY], revisions: revisionsIn(data) };
}

function pruneService(object: Service): Service {
  const { selector, ports } = object.spec;
  return { ...pruneOwned(object), spec: { selector, ports } as Service['spec'] };
}

function pruneOwned(object: KubeObject): OwnedObject {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata: pruneMeta(metadata), digest: contentDigest(object) };
}

/** The preview, and what is shown before it, is for people; nothing is decided by it here. */
function pruneRequest(request: StoredRequest): StoredRequest {
  const subject = prunedSubject(request);
  const { subject: _, ...spec } = request.spec;
  return { ...request, metadata: pruneMeta(request.metadata), spec: { ...spec, ...(subject && { subject }) } };
}

/** Its uses are counted on the stored object. */
function pruneGrant(grant: StoredGrant): StoredGrant {
  return { ...grant, metadata: pruneMeta(grant.metadata) };
}

function prunedSubject(request: StoredRequest): StoredRequest['spec']['subject'] | undefined {
  const [call, definition] = [callOf(request), definitionOf(request)];
  if (call !== undefined) {
    const { shown: _, ...kept } = call;
    return { type: 'Call', call: { ...kept, preview: {} } };
  }
  const storm = stormOf(request);
  if (storm !== undefined) return { type: 'Storm', storm };
  return definition && { type: 'Definition', definition: { ...definition, findings: [], diff: [] } };
}

function pruneMeta({ annotations: _, ...metadata }: ObjectMeta): ObjectMeta {
  return metadata;
}
