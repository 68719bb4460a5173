/** The keys that a gate shows to its server, as they are mounted: into the gate alone, and of each Secret no other key than those named. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { VOLUME } from '../names.ts';
import type { RawVolume } from './pod.ts';

/** 0444: the gate runs as a user that the pod may change, and nothing else mounts the volume. */
const MODE = 292;

/** By Secret, in the order of names, so that the order in which they are written makes no other pod. */
export function credentialSources({ spec }: MCPServer) {
  const keys = new Map<string, Set<string>>();
  for (const { from } of spec.upstream?.credentials ?? []) {
    if (from.secretName === undefined || from.key === undefined) continue;
    keys.set(from.secretName, (keys.get(from.secretName) ?? new Set()).add(from.key));
  }
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => sourceOf(name, [...of].toSorted()));
}

/** Optional, so that the gate starts and says which key is missing, instead of a pod that hangs in ContainerCreating. */
function sourceOf(name: string, keys: readonly string[]) {
  return { secret: { name, optional: true, items: keys.map((key) => ({ key, path: `${name}/${key}` })) } };
}

export function credentialVolume(server: MCPServer): RawVolume[] {
  const sources = credentialSources(server);
  return sources.length === 0 ? [] : [{ name: VOLUME.credentials, projected: { defaultMode: MODE, sources } }];
}
