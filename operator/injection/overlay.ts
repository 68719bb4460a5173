/** Puts the rendered parts into a pod, and takes out those of an earlier pass; both work on a copy that is theirs. */
import { ANNOTATION, KUBERNETES, SIDECAR_CONTAINER, VOLUME } from '../names.ts';
import { addEvictable, removeEvictable } from './evictable.ts';
import { gatedPortsOf } from './further-ports.ts';
import { giveHostPortsBack, moveHostPorts } from './host-ports.ts';
import {
  isInjected,
  isTcp,
  type RawContainer,
  type RawPod,
  type RawPort,
  type RawVolume,
  runningContainers,
} from './pod.ts';
import { giveProbesBack, moveProbes } from './probes.ts';
import { addSecrets, removeSecrets } from './pull-secrets.ts';
import { type InjectionRecord, type MovedName, readRecord } from './record.ts';
import type { Overlay } from './render.ts';

const OURS: ReadonlySet<string> = new Set(Object.values(VOLUME));

/** The pod as it would be had we never seen it. */
export function strip(pod: RawPod): RawPod {
  const bare = structuredClone(pod);
  if (!isInjected(pod)) return bare;
  const record = readRecord(pod);
  for (const { port, gatePort } of record === undefined ? [] : gatedPortsOf(record))
    giveHostPortsBack(bare, record?.hostPorts ?? [], port, gatePort);
  for (const { container, port, name } of record?.moved ?? []) {
    const entry = runningContainers(bare)
      .find((candidate) => candidate.name === container)
      ?.ports?.find(
        (candidate) => isTcp(candidate) && candidate.containerPort === port && candidate.name === undefined,
      );
    // Named anew in the meantime: that name is the wish now.
    if (entry !== undefined) entry.name = name;
  }
  giveProbesBack(bare, record?.probes ?? []);
  const { spec } = bare;
  spec.initContainers = (spec.initContainers ?? []).filter(({ name }) => name !== SIDECAR_CONTAINER);
  spec.volumes = (spec.volumes ?? []).filter(({ name }) => !OURS.has(name));
  removeSecrets(bare, record?.pullSecrets ?? []);
  removeEvictable(bare.metadata ?? {});
  return bare;
}

/** Every TCP port entry that leads to the server's socket and has a name. */
export function namesToMove(bare: RawPod, port: number): MovedName[] {
  return runningContainers(bare).flatMap(({ name: container, ports = [] }) =>
    ports
      .filter((entry) => isTcp(entry) && entry.containerPort === port)
      .flatMap(({ name }) => (name === undefined ? [] : [{ container, port, name }])),
  );
}

export interface Gate {
  readonly overlay: Overlay;
  readonly record: InjectionRecord;
  readonly server: string;
}

/** Into `bare`, which is then the pod with its gate; `written` is the pod as it came. */
export function put({ overlay, record, server }: Gate, bare: RawPod, written: RawPod): RawPod {
  const ports = gatedPortsOf(record);
  for (const container of runningContainers(bare)) {
    for (const entry of container.ports ?? []) {
      if (isTcp(entry) && ports.some(({ port }) => port === entry.containerPort)) takeName(container, entry);
    }
  }
  for (const { port, gatePort } of ports) moveHostPorts(bare, record.hostPorts ?? [], port, gatePort);
  moveProbes(bare, record.probes ?? []);
  const { spec } = bare;
  // After all that is there. Plain init containers have to end before the server starts, and need no gate: it guards the way in, so it
  // would only hold them up. And a mesh's native sidecar is to start before ours and, since they end in reverse order
  // (KEP-753), after it: our probes and our last answers go through it.
  spec.initContainers = [...(spec.initContainers ?? []), overlay.container];
  spec.volumes = placeVolumes(written.spec.volumes ?? [], overlay.volumes);
  bare.metadata ??= {};
  const annotations = (bare.metadata.annotations ??= {});
  annotations[ANNOTATION.server] = server;
  annotations[ANNOTATION.injected] = JSON.stringify(record);
  annotations[KUBERNETES.defaultContainer] ??= record.container;
  addEvictable(bare.metadata);
  addSecrets(bare, record.pullSecrets ?? []);
  delete annotations[ANNOTATION.skipped];
  return bare;
}

/** Ours stay where an earlier pass put them: others have added theirs behind since, and the order means nothing. */
function placeVolumes(written: readonly RawVolume[], ours: readonly RawVolume[]): RawVolume[] {
  const left = new Map(ours.map((volume) => [volume.name, volume]));
  const placed: RawVolume[] = [];
  for (const volume of written) {
    const next = OURS.has(volume.name) ? left.get(volume.name) : volume;
    if (next !== undefined) placed.push(next);
    left.delete(volume.name);
  }
  return [...placed, ...left.values()];
}

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;
const HANDLERS = ['httpGet', 'tcpSocket'] as const;

type Handler = Partial<Record<(typeof HANDLERS)[number], { port?: unknown }>>;

/** The kubelet looks a probe's port name up in the probe's own container, where it stands no more: it gets the number. */
function takeName(container: RawContainer, entry: RawPort): void {
  const { name, containerPort } = entry;
  if (name === undefined) return;
  delete entry.name;
  const lifecycle = container['lifecycle'] as Partial<Record<string, Handler>> | undefined;
  const handlers = [
    ...PROBES.map((field) => container[field] as Handler | undefined),
    ...HOOKS.map((field) => lifecycle?.[field]),
  ];
  for (const handler of handlers) {
    for (const field of HANDLERS) {
      const target = handler?.[field];
      if (target?.port === name) target.port = containerPort;
    }
  }
}
