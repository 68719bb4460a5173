/**
 * Ports of the node that lead to the server (hostPort) would go around the gate, so they lead to the gate instead: their entry gets its
 * number. It stays in the server's container, since not every version of Kubernetes maps the host ports of native sidecars. Pure.
 */
import * as z from 'zod';
import { SIDECAR_PORT } from '../names.ts';
import { isTcp, type RawPod, runningContainers } from './pod.ts';

export const movedHostPortSchema = z.object({
  container: z.string(),
  hostPort: z.number(),
  /** Of the server; absent: its first. */
  port: z.number().optional(),
});

/** An entry that was the server's. */
export type MovedHostPort = z.infer<typeof movedHostPortSchema>;

export function hostPortsToMove(bare: RawPod, port: number): MovedHostPort[] {
  return runningContainers(bare).flatMap(({ name: container, ports = [] }) =>
    ports
      .filter((entry) => isTcp(entry) && entry.containerPort === port)
      .flatMap(({ hostPort }) => (typeof hostPort === 'number' && hostPort > 0 ? [{ container, hostPort }] : [])),
  );
}

/** Those that are of this port of the server, to where the gate listens for it. */
export function moveHostPorts(
  pod: RawPod,
  moved: readonly MovedHostPort[],
  port: number,
  gatePort = SIDECAR_PORT,
): void {
  renumber(pod, ofPort(moved, port, gatePort), port, gatePort);
}

export function giveHostPortsBack(
  pod: RawPod,
  moved: readonly MovedHostPort[],
  port: number,
  gatePort = SIDECAR_PORT,
): void {
  renumber(pod, ofPort(moved, port, gatePort), gatePort, port);
}

function ofPort(moved: readonly MovedHostPort[], port: number, gatePort: number): MovedHostPort[] {
  return moved.filter((one) => (one.port === undefined ? gatePort === SIDECAR_PORT : one.port === port));
}

function renumber(pod: RawPod, moved: readonly MovedHostPort[], from: number, to: number): void {
  for (const { container, hostPort } of moved) {
    for (const entry of runningContainers(pod).find(({ name }) => name === container)?.ports ?? []) {
      if (isTcp(entry) && entry.containerPort === from && entry['hostPort'] === hostPort) entry.containerPort = to;
    }
  }
}
