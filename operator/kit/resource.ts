/** Kubernetes objects as the API server speaks them: raw JSON, so that fields nobody here knows survive. */

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** What is sent: a name may be left to the server (`generateName`). */
export type KubeObjectInput =
  | { readonly metadata: Partial<ObjectMeta> }
  | { readonly metadata: Partial<ObjectMeta>; readonly [field: string]: unknown };

/** One kind of object and where the API server keeps it. `T` is what its objects look like. */
export interface Resource<T extends KubeObject = KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** What puts the kind into a cluster that does not serve it: a command for a person. */
  readonly installedBy?: string;
  /** Never set: carries `T`. A method, so that a caller who knows the type better may say so. */
  objects?(type: T): void;
}

export interface Ref {
  readonly namespace?: string;
  readonly name: string;
}

/** Objects whose inside is read field by field where it is needed. */
export interface RawObject extends KubeObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
  [field: string]: unknown;
}

export function defineResource<T extends KubeObject = RawObject>(
  apiVersion: string,
  kind: string,
  plural: string,
  scope: 'namespaced' | 'cluster' = 'namespaced',
): Resource<T> {
  return { apiVersion, kind, plural, namespaced: scope === 'namespaced' };
}

/** The API group; empty for the core group. */
export function groupOf(resource: Pick<Resource, 'apiVersion'>): string {
  const slash = resource.apiVersion.indexOf('/');
  return slash < 0 ? '' : resource.apiVersion.slice(0, slash);
}

/** `widgets.example.com`, the name of the CRD; core kinds have the plural alone. */
export function qualifiedName(resource: Resource): string {
  const group = groupOf(resource);
  return group === '' ? resource.plural : `${resource.plural}.${group}`;
}

/** Where the API server serves it: the collection, one object of it, or a subresource. */
export function pathOf(resource: Resource, ref: Partial<Ref> = {}, subresource?: string): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const segments = [root];
  if (resource.namespaced && ref.namespace !== undefined) {
    segments.push('namespaces', encodeURIComponent(ref.namespace));
  }
  segments.push(resource.plural);
  if (ref.name !== undefined) segments.push(encodeURIComponent(ref.name));
  if (subresource !== undefined) segments.push(subresource);
  return segments.join('/');
}

/**
 * Negative when `a` is older. Resource versions are decimal integers of any length that compare within one kind (KEP-5504,
 * stable in 1.35); numbers of JavaScript would round them.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
