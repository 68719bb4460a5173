/** Finalizers: an object stays, marked for deletion, until the last one is taken off. */
import type { ApiClient } from './api-client.ts';
import type { KubeObject, Resource } from './resource.ts';

export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

export function isBeingDeleted(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** The object with the finalizer on; no write if it has it. A conflict means that the object was read too early. */
export function addFinalizer<T extends KubeObject>(
  client: ApiClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
): Promise<T> {
  if (hasFinalizer(object, finalizer)) return Promise.resolve(object);
  return write(client, resource, object, [...(object.metadata.finalizers ?? []), finalizer]);
}

/** The object with the finalizer off, which may be its last state. */
export async function removeFinalizer<T extends KubeObject>(
  client: ApiClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
): Promise<T> {
  if (!hasFinalizer(object, finalizer)) return object;
  return write(
    client,
    resource,
    object,
    (object.metadata.finalizers ?? []).filter((other) => other !== finalizer),
  );
}

/** A merge patch replaces the whole list, so it must not be based on an old one: the resourceVersion makes the server check. */
function write<T extends KubeObject>(
  client: ApiClient,
  resource: Resource<T>,
  object: T,
  finalizers: string[],
): Promise<T> {
  const { name, namespace, resourceVersion, uid } = object.metadata;
  const ref = namespace === undefined ? { name } : { namespace, name };
  return client.mergePatch(resource, ref, { metadata: { uid, resourceVersion, finalizers } });
}
