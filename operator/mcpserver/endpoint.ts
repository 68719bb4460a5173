/** Where clients in the cluster reach the gate of a server: by a Service of ours, by one that is there already, or nowhere yet. Pure. */
import type { ServerService } from '../../core/api/server-service.ts';
import type { Service } from '../caches.ts';
import type { Labels } from '../labels.ts';
import { SIDECAR_PORT } from '../names.ts';
import type { PodFacts } from './pod-facts.ts';
import { gatedPorts, portOfTarget } from './service-ports.ts';

export type EndpointFact =
  /** The operator makes the Service. */
  | { readonly kind: 'own' }
  /** Somebody else's leads to the gate by this port. */
  | { readonly kind: 'used'; readonly port: number }
  /** Somebody else's leads to pods that have no gate yet; Injected says more. */
  | { readonly kind: 'pending' }
  /** Somebody else's leads elsewhere; `around`: to the server itself. */
  | { readonly kind: 'taken'; readonly around: boolean }
  /** Nobody makes one. */
  | { readonly kind: 'missing' };

export interface EndpointInput {
  readonly service: ServerService | undefined;
  /** Of the name that the endpoint has; undefined: there is none. */
  readonly namesake: Service | undefined;
  readonly isOurs: boolean;
  /** The pods of the server, and those Services that select any of them. */
  readonly pods: readonly PodFacts[];
  readonly selecting: ReadonlySet<string>;
  /** What all pods of the server have. */
  readonly selector: Labels;
  readonly server: string;
}

export function endpointFact({
  service,
  namesake,
  isOurs,
  pods,
  selecting,
  selector,
  server,
}: EndpointInput): EndpointFact {
  if (namesake === undefined || isOurs) return service?.create === false ? { kind: 'missing' } : { kind: 'own' };
  if (pods.length === 0)
    return contradicts(namesake, selector) ? { kind: 'taken', around: false } : { kind: 'pending' };
  if (!selecting.has(namesake.metadata.name)) return { kind: 'taken', around: false };
  const targets = (namesake.spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const gated = pods.filter(({ gateOf }) => gateOf === server);
  for (const { port, targetPort = port } of targets) {
    if (gated.some((pod) => portOfTarget(pod, targetPort) === SIDECAR_PORT)) return { kind: 'used', port };
  }
  if (gated.length < pods.length) return { kind: 'pending' };
  const around = targets.some(({ port, targetPort = port }) =>
    gated.some((pod) => gatedPorts(pod).some((one) => one.port === portOfTarget(pod, targetPort))),
  );
  return { kind: 'taken', around };
}

/** No pod of the server can ever be one of the Service's. */
function contradicts({ spec }: Service, ofPods: Labels): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  return wanted.length === 0 || wanted.some(([key, value]) => key in ofPods && ofPods[key] !== value);
}
