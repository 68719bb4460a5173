/** inspect(pod) → facts: everything that the verdict hangs on, and no opinion about it. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { ANNOTATION, KUBERNETES, LABEL, SIDECAR_CONTAINER, TOKEN_AUDIENCE, VOLUME } from '../names.ts';
import { endpointOf, furtherEndpointsOf, isPodOf } from '../placement.ts';
import {
  annotationsOf,
  isInjected,
  isTcp,
  labelsOf,
  type RawContainer,
  type RawPod,
  runningContainers,
} from './pod.ts';
import { type LostTarget, lostTargetOfPod } from './lost-target.ts';
import { findPort, type PortFact } from './port.ts';
import { portsOfGate } from './further-ports.ts';

export interface Surroundings {
  /** The pod's namespace; the object itself may not say it. */
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** The servers of that namespace. */
  readonly servers: readonly MCPServer[];
  /** A pod of the same labels that carries the gate of a server which is gone. */
  readonly orphan?: Orphan | undefined;
  /** Servers of that namespace whose targets are not found. */
  readonly lost?: readonly LostTarget[];
}

export interface Orphan {
  readonly pod: string;
  readonly server: string;
}

export interface Facts {
  readonly namespace: string;
  /** The namespace is labelled for injection. */
  readonly enabled: boolean;
  /** The pod's own label asks for a gate. */
  readonly asked: boolean;
  readonly optedOut: boolean;
  /** What the namespace says of pods that no server selects; undefined: nothing. */
  readonly onMissing: 'Refuse' | 'Allow' | undefined;
  readonly orphan: Orphan | undefined;
  /** The server that means this pod by the name of what made it, and cannot select it. */
  readonly lost: LostTarget | undefined;
  /** The servers that say this is one of their pods. */
  readonly claimants: readonly MCPServer[];
  readonly mirror: boolean;
  readonly windows: boolean;
  readonly hostNetwork: boolean;
  /** Field by which the containers see each other's processes. */
  readonly sharedProcesses: 'hostPID' | 'shareProcessNamespace' | undefined;
  /** A container of ours by name alone is there. */
  readonly foreignSidecar: boolean;
  /** Who else declares a port that the sidecar listens on; `by`: or is said to listen there, by the server that claims the pod. */
  readonly takenPort: { readonly container: string; readonly port: number; readonly by?: string } | undefined;
  /** A volume of our name that an earlier pass did not make. */
  readonly foreignVolume: string | undefined;
  /** Who else mounts a volume of ours. */
  readonly sharedMount: { readonly container: string; readonly volume: string } | undefined;
  /** Another volume with a token that the operator would take for the sidecar's. */
  readonly foreignToken: string | undefined;
  /** Where the server listens, the first port first; none unless exactly one claims the pod. */
  readonly ports: readonly PortFact[];
}

const OURS: ReadonlySet<string> = new Set(Object.values(VOLUME));

/** Of a pod without our parts: `strip` has taken out what an earlier pass put in. `written` is the pod as it came. */
export function inspect(written: RawPod, bare: RawPod, surroundings: Surroundings): Facts {
  const { namespace, namespaceLabels, servers, orphan, lost = [] } = surroundings;
  const claimants = servers.filter((server) => isPodOf(server, labelsOf(bare)));
  const [server] = claimants;
  const endpoint = claimants.length === 1 && server !== undefined ? endpointOf(server) : undefined;
  const label = labelsOf(bare)[LABEL.inject];
  const further = endpoint === undefined || server === undefined ? [] : furtherEndpointsOf(server);
  const ports = endpoint === undefined ? [] : [endpoint, ...further].map(({ port }) => findPort(bare, port));
  const needed = new Set(portsOfGate(further.length));
  return {
    namespace,
    enabled: namespaceLabels[LABEL.injection] === 'enabled',
    asked: label === 'true',
    optedOut: annotationsOf(bare)[ANNOTATION.inject] === 'false' || label === 'false',
    onMissing: onMissingServer(namespaceLabels),
    orphan,
    lost: lostTargetOfPod(bare, lost),
    claimants,
    mirror: annotationsOf(bare)[KUBERNETES.mirrorPod] !== undefined,
    windows: isWindows(bare),
    hostNetwork: bare.spec['hostNetwork'] === true,
    sharedProcesses: (['hostPID', 'shareProcessNamespace'] as const).find((field) => bare.spec[field] === true),
    foreignSidecar: everyContainer(bare).some(({ name }) => name === SIDECAR_CONTAINER),
    takenPort: findTakenPort(bare, needed) ?? saidToBeTaken(ports, needed, server),
    foreignVolume: isInjected(written) ? undefined : volumeNames(bare).find((name) => OURS.has(name)),
    sharedMount: findSharedMount(bare),
    foreignToken: findForeignToken(bare),
    ports,
  };
}

/** A value that nobody knows is meant to keep something out, or it would not be there. */
function onMissingServer(namespaceLabels: Surroundings['namespaceLabels']): Facts['onMissing'] {
  const value = namespaceLabels[LABEL.onMissingServer];
  return value === undefined || value === 'Allow' ? value : 'Refuse';
}

function everyContainer({ spec }: RawPod): RawContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

function volumeNames({ spec }: RawPod): string[] {
  return (spec.volumes ?? []).map(({ name }) => name);
}

function isWindows({ spec }: RawPod): boolean {
  const os = spec['os'] as { name?: string } | undefined;
  const nodeSelector = spec['nodeSelector'] as Record<string, string> | undefined;
  return os?.name === 'windows' || nodeSelector?.[KUBERNETES.osLabel] === 'windows';
}

function findTakenPort(pod: RawPod, needed: ReadonlySet<number>): Facts['takenPort'] {
  for (const { name, ports = [] } of runningContainers(pod)) {
    const port = ports.find((candidate) => isTcp(candidate) && needed.has(candidate.containerPort));
    if (port !== undefined) return { container: name, port: port.containerPort };
  }
  return undefined;
}

/** Nobody has to declare a port: a gate that takes one of its own for the server's would speak to itself. */
function saidToBeTaken(
  ports: readonly PortFact[],
  needed: ReadonlySet<number>,
  server: MCPServer | undefined,
): Facts['takenPort'] {
  const port = ports.filter((fact) => fact.kind === 'found').find((fact) => needed.has(fact.port));
  if (port === undefined || server === undefined) return undefined;
  return { container: port.container, port: port.port, by: server.metadata.name };
}

/** A mount without its volume is refused by the API server; with ours added it would lay the sidecar's token open. */
function findSharedMount(pod: RawPod): Facts['sharedMount'] {
  for (const { name, volumeMounts = [] } of everyContainer(pod)) {
    const mount = volumeMounts.find((candidate) => OURS.has(candidate.name));
    if (mount !== undefined) return { container: name, volume: mount.name };
  }
  return undefined;
}

interface TokenSource {
  serviceAccountToken?: { audience?: string };
}

function findForeignToken({ spec }: RawPod): string | undefined {
  return spec.volumes?.find((volume) => {
    const projected = volume['projected'] as { sources?: TokenSource[] } | undefined;
    return projected?.sources?.some((source) => source.serviceAccountToken?.audience === TOKEN_AUDIENCE);
  })?.name;
}
