/** What makes whom look again: the one list of it. Changes of the world go in, keys go out; nothing else passes (level-triggered). */
import { isDeepStrictEqual } from 'node:util';
import { definitionOf } from '../core/api/approval-request.ts';
import type { Caches } from './caches.ts';
import type { Controller } from './kit/controller.ts';
import type { KubeObject, RawObject } from './kit/resource.ts';
import { type Change, keyOf, parseKey, type Store } from './kit/store.ts';
import { revisionsOf } from './policy-delivery/revisions.ts';
import { serverOfPins } from './names.ts';
import { selectorOf } from './placement.ts';
import { serversToTell } from './witness/shard.ts';
import { refOf, serverOfOwned, serversOfPack, serversOfPod, serversOfService } from './mcpserver/mapping.ts';

type Queue = Pick<Controller, 'enqueue'>;

export interface Controllers {
  readonly servers: Queue;
  readonly packs: Queue;
  readonly approvals: Queue;
  readonly grants: Queue;
}

/** Many servers change at once when somebody rolls out; a pack's list of them is worth one look afterwards. */
const PACK_DELAY_MS = 500;

export function connect(
  caches: Caches,
  { servers, packs, approvals, grants }: Controllers,
  rootNamespace: string,
): void {
  caches.servers.onChange(({ type, object, previous }) => {
    servers.enqueue(refOf(object));
    // A call that is held by a policy of yesterday, or before a server that is gone, waits for nothing.
    if (type === 'deleted' || !isDeepStrictEqual(revisionsOf(object), revisionsOf(previous ?? {}))) {
      enqueue(approvals, caches.approvals.byIndex('server', keyOf(object)));
      enqueue(grants, caches.grants.byIndex('server', keyOf(object)));
    }
    // Our own writes of the status change nothing for anybody else.
    if (type === 'updated' && previous !== undefined && isDeepStrictEqual(intentOf(object), intentOf(previous))) return;
    const { namespace = '' } = object.metadata;
    enqueue(packs, caches.packsIn(namespace), PACK_DELAY_MS);
    if (namespace !== rootNamespace) enqueue(packs, caches.packsIn(rootNamespace), PACK_DELAY_MS);
    // Another server may claim the same pods now, or no longer.
    for (const server of previous === undefined ? [object] : [object, previous]) {
      for (const pod of caches.podsOf(namespace, selectorOf(server))) enqueue(servers, serversOfPod(pod, caches));
    }
  });
  onEach(caches.grants, (grant) => grants.enqueue(refOf(grant)));
  onEach(caches.packs, (pack) => {
    // It may say who stands behind a principal.
    if (pack.metadata.namespace === rootNamespace) enqueue(grants, caches.grants.list(), PACK_DELAY_MS);
    packs.enqueue(refOf(pack));
    enqueue(servers, serversOfPack(pack, caches, rootNamespace));
  });
  // Whoever stands behind a caller now may have decided on its calls.
  caches.packs.onChange(({ type, object, previous }) => {
    if (object.metadata.namespace !== rootNamespace) return;
    const before = (type === 'deleted' ? object : previous)?.spec?.['requesters'];
    const now = type === 'deleted' ? undefined : object.spec?.['requesters'];
    if (!isDeepStrictEqual(before, now)) enqueue(approvals, caches.approvals.list());
  });
  onEach(caches.pods, (pod) => enqueue(servers, serversOfPod(pod, caches)));
  onEach(caches.services, (service) => {
    for (const ref of serversOfService(service, caches)) servers.enqueue(ref);
  });
  const onOwned = (object: KubeObject): void => {
    for (const ref of serverOfOwned(object)) servers.enqueue(ref);
  };
  onEach(caches.configMaps, onOwned);
  onEach(caches.deployments, onOwned);
  // Also of a server that went while nobody looked: its pins go after it.
  onEach(caches.pins, ({ metadata }) => {
    const server = serverOfPins(metadata.name);
    if (server !== undefined) servers.enqueue(server);
  });
  caches.witness.onChange(({ type, object, previous }) => {
    const empty = { ...object, entries: new Map() };
    for (const server of serversToTell(type === 'deleted' ? empty : object, previous))
      servers.enqueue(parseKey(server));
  });
  caches.namespaces.onChange(({ object }) => {
    // Its labels decide about injection, and about packs of the root namespace.
    enqueue(servers, caches.serversIn(object.metadata.name));
    enqueue(packs, caches.packsIn(rootNamespace), PACK_DELAY_MS);
  });
  onEach(caches.approvals, (approval) => {
    approvals.enqueue(refOf(approval));
    // Its condition says whether somebody is asked.
    if (definitionOf(approval) !== undefined) servers.enqueue({ ...refOf(approval), name: approval.spec.server });
  });
}

/** Both what an object was and what it is: whoever it no longer concerns has to hear of it too. */
function onEach<T extends KubeObject>(store: Store<T>, look: (object: T) => void): void {
  store.onChange(({ object, previous }: Change<T>) => {
    look(object);
    if (previous !== undefined) look(previous);
  });
}

function enqueue(controller: Queue, objects: Iterable<KubeObject>, afterMs = 0): void {
  for (const object of objects) controller.enqueue(refOf(object), afterMs);
}

/** What people say of a server, without what we say of it. */
function intentOf({ metadata, spec }: RawObject): object {
  const { uid, labels, deletionTimestamp } = metadata;
  return { uid, labels, deletionTimestamp, spec };
}
