/** Which servers have to be looked at when something else changes. Pure: caches in, references out. */
import type { Caches, Service } from '../caches.ts';
import type { KubeObject, RawObject, Ref } from '../kit/resource.ts';
import { keyOf } from '../kit/store.ts';
import { LABEL } from '../names.ts';
import type { Pod } from '../pod.ts';

export function refOf({ metadata }: KubeObject): Ref {
  const { namespace, name } = metadata;
  return { ...(namespace === undefined ? {} : { namespace }), name };
}

/** Every server of the pack's namespace, or of all for a root pack: which ones its targets select may just have changed. */
export function serversOfPack(
  { metadata: { namespace } }: { readonly metadata: { readonly namespace?: string } },
  caches: Caches,
  rootNamespace: string,
): Iterable<RawObject> {
  return namespace === rootNamespace ? caches.servers.list() : caches.serversIn(namespace ?? '');
}

/** Those whose selector finds the pod. */
export function serversOfPod(pod: Pod, caches: Caches): RawObject[] {
  return caches.serversSelecting(pod.metadata.namespace, pod.metadata.labels);
}

/** The servers whose endpoint it is or would be, and those whose pods it leads to. */
export function serversOfService(service: Service, caches: Caches): Ref[] {
  const { namespace } = service.metadata;
  const servers = caches
    .podsOf(namespace, service.spec.selector)
    .flatMap(({ metadata }) => caches.serversSelecting(namespace, metadata.labels));
  const named = caches.servers.byIndex('service', keyOf(service));
  return [...named, ...new Set(servers)].map(refOf);
}

/** The server whose object this is, by our label. */
export function serverOfOwned({ metadata }: KubeObject): Ref[] {
  const name = metadata.labels?.[LABEL.server];
  const { namespace } = metadata;
  return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
}
