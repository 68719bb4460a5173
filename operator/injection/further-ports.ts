/**
 * More MCP ports of a pod than one (`workload.ports`): the gate listens for each on a port of its own, to which the names and host ports of
 * the server's port go. Pure; sidecar/further-ports.ts reads what is written here.
 */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { FURTHER_GATE_PORTS, type GatePorts, SIDECAR_ADMIN_PORT, SIDECAR_HOP_PORT, SIDECAR_PORT } from '../names.ts';
import { furtherEndpointsOf, upstreamUrl } from '../placement.ts';
import type { FoundPort, PortFact } from './port.ts';

/** One that was found in the pod. */
export interface FurtherPort extends GatePorts {
  /** Of `workload.ports`. */
  readonly name: string;
  readonly path: string;
  /** Where the server listens. */
  readonly port: number;
  /** Names that lead there, which the gate takes over. */
  readonly portNames: readonly string[];
}

/** `found`: in the order of the spec. */
export function furtherPorts(server: MCPServer, found: readonly FoundPort[]): FurtherPort[] {
  return furtherEndpointsOf(server).flatMap(({ name, path }, index): FurtherPort[] => {
    const [fact, at] = [found[index], FURTHER_GATE_PORTS[index]];
    return fact === undefined || at === undefined
      ? []
      : [{ ...at, name, path, port: fact.port, portNames: fact.names }];
  });
}

export function furtherPortsEnv(ports: readonly FurtherPort[]): { name: string; value: string }[] {
  if (ports.length === 0) return [];
  const said = ports.map(({ name, gatePort, hopPort, port, path }) => ({
    ...{ name, port: gatePort, hopPort },
    upstream: upstreamUrl(port, path),
  }));
  return [{ name: 'SALLYPORT_FURTHER_PORTS', value: JSON.stringify(said).replaceAll('$', String.raw`\u0024`) }];
}

export interface GatedPort {
  /** Of the server. */
  readonly port: number;
  /** Where the gate listens for it. */
  readonly gatePort: number;
}

/** As the record of a pod has it. */
interface Recorded {
  readonly port: number;
  readonly further?: readonly { readonly port: number }[] | undefined;
}

/** Every MCP port of an injected pod, the first one first. */
export function gatedPortsOf({ port, further = [] }: Recorded): GatedPort[] {
  return [
    { port, gatePort: SIDECAR_PORT },
    ...further.flatMap((one, index) => {
      const at = FURTHER_GATE_PORTS[index];
      return at === undefined ? [] : [{ port: one.port, gatePort: at.gatePort }];
    }),
  ];
}

/** What the gate listens on in a pod with so many MCP ports beside the first. */
export function portsOfGate(further: number): number[] {
  const more = FURTHER_GATE_PORTS.slice(0, Math.max(0, further));
  return [
    ...[SIDECAR_PORT, SIDECAR_ADMIN_PORT, SIDECAR_HOP_PORT],
    ...more.flatMap(({ gatePort, hopPort }) => [gatePort, hopPort]),
  ];
}

/** Two entries that mean one socket; undefined: each means one of its own. */
export function meantTwice(ports: readonly PortFact[]): { readonly port: number } | undefined {
  const numbers = ports.flatMap((fact) => (fact.kind === 'found' ? [fact.port] : []));
  const port = numbers.find((number, index) => numbers.indexOf(number) !== index);
  return port === undefined ? undefined : { port };
}
