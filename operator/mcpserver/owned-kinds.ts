/** The kinds of objects that a server owns: the one list of them. What comes is a line here, a builder in desired.ts and a right in the chart. */
import type { Caches } from '../caches.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { OwnedKind } from '../owned-set.ts';

export interface OwnedKinds {
  readonly service: OwnedKind;
  readonly policy: OwnedKind;
  /** Undefined where this installation runs no images. */
  readonly deployment: OwnedKind | undefined;
}

export function ownedKinds({ services, configMaps, deployments }: Caches, runs: boolean): OwnedKinds {
  return {
    // People's own Service of that name goes on serving them: it is the endpoint where it leads to the gate, and Ready says where not.
    service: { resource: RESOURCES.Service, cache: services, ifTaken: 'leave' },
    // Only the operator can have made it (chart: gate-integrity.yaml), perhaps for a server that was deleted with --cascade=orphan.
    policy: { resource: RESOURCES.ConfigMap, cache: configMaps, ifTaken: 'adopt' },
    deployment: runs ? { resource: RESOURCES.Deployment, cache: deployments, ifTaken: 'refuse' } : undefined,
  };
}
