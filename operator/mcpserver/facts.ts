/** Everything that is known about one server at one moment: what the conditions are judged from and the objects made from. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { Caches, Service } from '../caches.ts';
import type { RawObject } from '../kit/resource.ts';
import { isControlledBy } from '../kit/owner.ts';
import type { Labels } from '../labels.ts';
import { LABEL } from '../names.ts';
import type { InPods } from '../placement.ts';
import { isLive } from '../pod.ts';
import { type EndpointFact, endpointFact } from './endpoint.ts';
import { type PodFacts, readPod } from './pod-facts.ts';

export interface ServerFacts {
  readonly object: RawObject;
  readonly server: MCPServer;
  readonly selector: Labels;
  /** Live pods that the selector finds. */
  readonly pods: readonly PodFacts[];
  /** How many more there are that have done their work, as those of Jobs do. */
  readonly done: number;
  /** Other servers that claim some of those pods, by name. */
  readonly rivals: readonly string[];
  /** Services that lead to those pods, without the operator's own. */
  readonly services: readonly Service[];
  readonly endpoint: EndpointFact;
  readonly namespaceInjects: boolean;
}

export function gatherFacts(
  object: RawObject,
  server: MCPServer,
  { selector, owned }: InPods,
  caches: Caches,
): ServerFacts {
  const { namespace, name } = object.metadata;
  const selected = caches.podsOf(namespace, selector);
  const pods = selected.filter(isLive);
  const rivals = new Set<string>();
  const services = new Map<string, Service>();
  for (const { metadata } of pods) {
    for (const other of caches.serversSelecting(namespace, metadata.labels)) rivals.add(other.metadata.name);
    for (const service of caches.servicesSelecting(namespace, metadata.labels)) {
      services.set(service.metadata.name, service);
    }
  }
  rivals.delete(name);
  const live = pods.map(readPod).sort((a, b) => (a.name < b.name ? -1 : 1));
  const namesake = caches.services.get({ namespace: namespace ?? '', name: owned.service });
  return {
    object,
    server,
    selector,
    pods: live,
    done: selected.filter(({ status }) => status.phase === 'Succeeded').length,
    rivals: [...rivals].sort(),
    services: [...services.values()].filter((service) => !isControlledBy(service, object)),
    endpoint: endpointFact({
      service: server.spec.service,
      namesake,
      isOurs: namesake !== undefined && isControlledBy(namesake, object),
      pods: live,
      selecting: new Set(services.keys()),
      selector,
      server: name,
    }),
    namespaceInjects: caches.namespaceLabels(namespace ?? '')?.[LABEL.injection] === 'enabled',
  };
}
