/**
 * How many pods a Deployment of ours has, once `spec.run.replicas` is taken out. A field that its only applier no longer applies goes,
 * and the API server would fill in 1: a server with twenty pods would be left with one. So the number is handed over first, as
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership describes it.
 */
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { isControlledBy } from '../kit/owner.ts';
import type { KubeObject, RawObject } from '../kit/resource.ts';
import { FIELD_MANAGER } from '../names.ts';

/** Who holds the number until somebody scales. It never applies again, so it is in nobody's way. */
const HOLDER = `${FIELD_MANAGER}-replicas`;

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: { readonly 'f:spec'?: Readonly<Record<string, unknown>> };
}

/** A conflict, where somebody scales at this moment, is thrown: whoever tries again sees what they wrote. */
export async function letGoOfReplicas(owner: RawObject, client: Pick<ApiClient, 'find' | 'apply'>): Promise<void> {
  const { namespace = '', name } = owner.metadata;
  const found = await client.find(RESOURCES.Deployment, { namespace, name });
  if (found === undefined || !isControlledBy(found, owner) || !appliesReplicas(found)) return;
  const { resourceVersion = '' } = found.metadata;
  const held = { metadata: { name, namespace, resourceVersion }, spec: { replicas: found.spec?.['replicas'] } };
  await client.apply(RESOURCES.Deployment, held, { fieldManager: HOLDER });
}

/** Whether it is we who say how many: by `managedFields`, which name the manager of every field. */
export function appliesReplicas({ metadata }: KubeObject): boolean {
  const entries = (metadata.managedFields ?? []) as readonly ManagedFields[];
  return entries.some(
    ({ manager, operation, fieldsV1 }) =>
      manager === FIELD_MANAGER && operation === 'Apply' && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined,
  );
}
