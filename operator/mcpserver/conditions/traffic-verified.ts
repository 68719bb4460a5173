/** TrafficVerified: is there a way to the server that goes around the gate? True only on evidence. */
import type { Service } from '../../caches.ts';
import { SIDECAR_PORT } from '../../names.ts';
import type { ServerFacts } from '../facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { gatedPorts, portOfTarget, portsOf, targetOfGate } from '../service-ports.ts';
import { restart } from '../restart.ts';
import { no, someOf, unknown, type Verdict, yes } from '../verdict.ts';

/** What the operator found when it knocked at a pod's server port itself; undefined: it has not tried yet. */
export type Knock = (pod: PodFacts) => 'open' | 'closed' | undefined;

export function trafficVerified(facts: ServerFacts, knock: Knock): Verdict {
  const { pods, services } = facts;
  if (pods.length === 0) return unknown('NoPods', 'No pod runs whose traffic could be looked at.');
  const bare = pods.filter(({ gateOf }) => gateOf !== facts.object.metadata.name);
  if (bare.length > 0) {
    return no(
      'PodsWithoutSidecar',
      `Whoever reaches ${names(bare)} passes no gate: they have no sidecar; see Injected.`,
    );
  }
  const around = services.flatMap((service) => waysAround(service, pods));
  if (around.length > 0) return no('ServiceGoesAround', around.join(' '));
  const onNode = pods.filter((one) =>
    portsOf(one).some(
      ({ containerPort, hostPort = 0 }) => hostPort !== 0 && gatedPorts(one).some(({ port }) => port === containerPort),
    ),
  );
  if (onNode.length > 0) {
    return no(
      'HostPort',
      `${names(onNode)} open the server's port on their node by hostPort, around the gate; make them anew, and it leads to the gate: ${restart(facts.object, onNode)}`,
    );
  }
  const exposed = pods.filter(({ loopbackOnly }) => loopbackOnly === false);
  const open = exposed.filter((pod) => knock(pod) === 'open');
  if (open.length > 0) {
    const [first] = open;
    return no(
      'ServerPortOpen',
      `The server answers at ${addressesOf(first)} (${names(open)}), where no gate is. Let it listen on 127.0.0.1 only, or allow only ${gatePortsOf(first)} by a NetworkPolicy that the cluster enforces.`,
    );
  }
  if (exposed.length > 0) {
    return unknown(
      'NotProvenClosed',
      `The server in ${names(exposed)} listens beyond loopback. The operator could not reach it, but others may: let it listen on 127.0.0.1 only.`,
    );
  }
  const silent = pods.filter(({ loopbackOnly }) => loopbackOnly === undefined);
  if (silent.length > 0) {
    return unknown('NotReported', `${names(silent)} have not reported yet where their server listens.`);
  }
  return yes(
    'LoopbackOnly',
    `In ${pods.length} of ${pods.length} pods the server listens on loopback only, and every Service leads to the gate`,
  );
}

function names(pods: readonly PodFacts[]): string {
  return someOf(pods.map(({ name }) => name));
}

/** A sentence for each port of the Service that leads to the server's own port. */
function waysAround(service: Service, pods: readonly PodFacts[]): string[] {
  return (service.spec.ports ?? []).flatMap(({ port, targetPort = port }) => {
    for (const pod of pods) {
      const reached = gatedPorts(pod).find((gated) => gated.port === portOfTarget(pod, targetPort));
      if (reached === undefined) continue;
      const { name } = service.metadata;
      const target = targetOfGate(pod, reached.gatePort);
      return [
        `Service ${name} port ${port} goes straight to port ${targetPort} of the server; set its targetPort to ${target}.`,
      ];
    }
    return [];
  });
}

/** One of them was reached, and nobody says which. */
function addressesOf(pod: PodFacts | undefined): string {
  const host = hostIn(pod?.pod.status.podIP);
  const ports = pod === undefined ? [] : gatedPorts(pod);
  return ports.map(({ port }) => `${host}:${port}`).join(' or ');
}

function gatePortsOf(pod: PodFacts | undefined): string {
  const ports = (pod === undefined ? [] : gatedPorts(pod)).map(({ gatePort }) => gatePort);
  return ports.length < 2 ? `port ${ports[0] ?? SIDECAR_PORT}` : `ports ${ports.join(', ')}`;
}

/** As in the authority of a URL (RFC 3986 §3.2.2). */
function hostIn(address: string | undefined): string {
  return address?.includes(':') === true ? `[${address}]` : (address ?? '');
}
