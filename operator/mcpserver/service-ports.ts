/** Where in a pod a port of a Service leads. Pure. */
import { type GatedPort, gatedPortsOf } from '../injection/further-ports.ts';
import { SIDECAR_PORT } from '../names.ts';
import type { PodFacts } from './pod-facts.ts';

/** What a Service's target port is in a pod (a name belongs to at most one port of a pod); undefined: nothing. */
export function portOfTarget(facts: Pick<PodFacts, 'pod'>, target: number | string): number | undefined {
  if (typeof target === 'number') return target;
  return portsOf(facts).find(({ name }) => name === target)?.containerPort;
}

/** What a Service has to write to lead to the gate: its name where it has one, since that holds for pods to come as well. */
export function targetOfGate(facts: Pick<PodFacts, 'pod'>, gatePort = SIDECAR_PORT): string {
  return portsOf(facts).find(({ containerPort }) => containerPort === gatePort)?.name ?? String(gatePort);
}

/** Where the server of an injected pod listens, and the gate for it. */
export function gatedPorts({ injected }: Pick<PodFacts, 'injected'>): GatedPort[] {
  return injected === undefined ? [] : gatedPortsOf(injected);
}

export function portsOf({ pod: { spec } }: Pick<PodFacts, 'pod'>) {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].flatMap(({ ports }) => ports ?? []);
}
