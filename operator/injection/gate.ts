/** Where in its pod a server listens, whichever way its pods came to be. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { LABEL } from '../names.ts';
import { labelsOf, type RawPod } from './pod.ts';

export interface Endpoint {
  /** Container port, by number or name. */
  readonly port: number | string;
  /** Such as `/mcp`. */
  readonly path: string;
}

/** Nothing for a server that runs in no pod of this cluster. */
export function endpointOf({ spec }: MCPServer): Endpoint | undefined {
  return spec.workload ?? spec.run;
}

/** Whether the server says that this pod, of its own namespace, is one of its pods. */
export function claims(server: MCPServer, pod: RawPod): boolean {
  const labels = labelsOf(pod);
  if (server.spec.run !== undefined) return labels[LABEL.server] === server.metadata.name;
  const wanted = server.spec.workload?.selector.matchLabels;
  const keys = Object.keys(wanted ?? {});
  // Kubernetes reads an empty selector as everything; a gate for every pod of a namespace is nobody's wish.
  return keys.length > 0 && keys.every((key) => labels[key] === wanted?.[key]);
}

/**
 * The loopback address by number: `localhost` may be ::1 first, where a server that listens on IPv4 alone is not; and pods with an
 * IPv6 address only have 127.0.0.1 as well.
 */
export function upstreamUrl(port: number, path: string): string {
  return `http://127.0.0.1:${port}${path.startsWith('/') ? '' : '/'}${path}`;
}
