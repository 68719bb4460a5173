/**
 * Probes of a server that listens on loopback: a kubelet asks from its node, where such a port is closed. So the kubelet asks the gate, on
 * a path for each probe, and the gate asks the server as the pod says. Istio does the same with the probes of its pods.
 * Pure; what stood in the pod before is in the record, and comes back from it.
 */
import * as z from 'zod';
import { SIDECAR_ADMIN_PORT, SIDECAR_PORT } from '../names.ts';
import { isTcp, type RawContainer, type RawPod, runningContainers } from './pod.ts';

const PROBES = { startupProbe: 'startup', readinessProbe: 'readiness', livenessProbe: 'liveness' } as const;
type ProbeField = keyof typeof PROBES;
const FIELDS = Object.keys(PROBES) as ProbeField[];

const portSchema = z.union([z.number(), z.string()]);
const headerSchema = z.looseObject({ name: z.string(), value: z.string() });

/** Kubernetes v1, Probe: what the kubelet asks; `exec` asks inside of the container, and needs no way to it. */
const handlerSchema = z.union([
  z.object({ httpGet: z.looseObject({ port: portSchema, httpHeaders: z.array(headerSchema).nullish() }) }),
  z.object({ tcpSocket: z.looseObject({ port: portSchema }) }),
  z.object({ grpc: z.looseObject({ port: portSchema }) }),
]);
type Handler = z.infer<typeof handlerSchema>;

export const movedProbeSchema = z.object({
  container: z.string(),
  probe: z.enum(['startupProbe', 'readinessProbe', 'livenessProbe']),
  /** As the pod says it. */
  handler: handlerSchema,
  /** Of that handler, by number. */
  port: z.int().min(1).max(65_535),
  timeoutSeconds: z.number(),
});

/** A probe that the gate answers, and what it was. */
export type MovedProbe = z.infer<typeof movedProbeSchema>;

/** What the API server writes where a probe says nothing (Kubernetes v1, Probe). */
const DEFAULT_TIMEOUT_SECONDS = 1;
const OURS: ReadonlySet<number> = new Set([SIDECAR_PORT, SIDECAR_ADMIN_PORT]);

/**
 * Every probe of the server's container, which may have a port for its health beside that of MCP, and those of others that lead to the
 * server. One with a `host` is asked somewhere else, and one on a port of the gate is the gate's own business.
 */
export function probesToMove(
  bare: RawPod,
  servers: readonly { readonly container: string; readonly port: number }[],
): MovedProbe[] {
  const ofServer = servers.map(({ port }) => port);
  return runningContainers(bare).flatMap((container) =>
    FIELDS.flatMap((probe): MovedProbe[] => {
      const written = container[probe] as { timeoutSeconds?: number } | undefined;
      const handler = handlerSchema.safeParse(written).data;
      const port = handler && numberOf(targetOf(handler).port, container, ofServer);
      if (handler === undefined || port === undefined || OURS.has(port) || hostOf(handler) !== '') return [];
      if (servers.every((server) => server.container !== container.name) && !ofServer.includes(port)) return [];
      const timeoutSeconds = written?.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
      return [{ container: container.name, probe, handler, port, timeoutSeconds }];
    }),
  );
}

/** In `pod`, of which no other part is touched. */
export function moveProbes(pod: RawPod, moved: readonly MovedProbe[]): void {
  for (const one of moved) {
    const container = runningContainers(pod).find(({ name }) => name === one.container);
    const probe = container?.[one.probe] as Record<string, unknown> | undefined;
    if (probe === undefined) continue;
    for (const kind of Object.keys(one.handler)) delete probe[kind];
    probe['httpGet'] = askedAtGate(one);
  }
}

/** Undoes it, but for a probe that somebody has changed in the meantime: that one is the wish now. */
export function giveProbesBack(pod: RawPod, moved: readonly MovedProbe[]): void {
  for (const one of moved) {
    const container = runningContainers(pod).find(({ name }) => name === one.container);
    const probe = container?.[one.probe] as { httpGet?: { path?: unknown; port?: unknown } } | undefined;
    const ours = askedAtGate(one);
    if (probe?.httpGet?.path !== ours.path || probe.httpGet.port !== ours.port) continue;
    delete probe.httpGet;
    Object.assign(probe, one.handler);
  }
}

/**
 * What the gate is to ask, as JSON: sidecar/probes/routes.ts reads it. The kubelet would take `$(NAME)` in the value of a variable for
 * another variable, so there is no dollar sign in it.
 */
export function probesVariable(moved: readonly MovedProbe[]): string {
  const routes = moved.map(({ handler, port, timeoutSeconds, ...rest }) => ({
    path: pathOf(rest),
    timeoutSeconds,
    ...withPort(handler, port),
  }));
  return JSON.stringify(routes).replaceAll('$', String.raw`\u0024`);
}

function withPort(handler: Handler, port: number): object {
  if ('httpGet' in handler) return { httpGet: { ...handler.httpGet, port } };
  if ('grpc' in handler) return { grpc: { ...handler.grpc, port } };
  return { tcpSocket: { port } };
}

function askedAtGate(moved: MovedProbe) {
  return { path: pathOf(moved), port: SIDECAR_ADMIN_PORT, scheme: 'HTTP' };
}

function pathOf({ container, probe }: Pick<MovedProbe, 'container' | 'probe'>): string {
  return `/probes/${container}/${PROBES[probe]}`;
}

function targetOf(handler: Handler): { readonly port: number | string; readonly host?: unknown } {
  if ('httpGet' in handler) return handler.httpGet;
  return 'grpc' in handler ? handler.grpc : handler.tcpSocket;
}

function hostOf(handler: Handler): unknown {
  return targetOf(handler).host ?? '';
}

/** A name means a port of the probe's own container; of two by one name, which the API server takes in no pod, that of the server. */
function numberOf(
  port: number | string,
  { ports = [] }: RawContainer,
  ofServer: readonly number[],
): number | undefined {
  if (typeof port === 'number') return isPort(port) ? port : undefined;
  const named = ports.filter((one) => isTcp(one) && one.name === port).map(({ containerPort }) => containerPort);
  return named.find((number) => ofServer.includes(number)) ?? named.find(isPort);
}

function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65_535;
}
