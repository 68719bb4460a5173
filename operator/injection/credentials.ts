/** The keys that a gate shows to its server, and to a store that it shares with others, as they are mounted: into the gate alone, and of each Secret no other key than those named. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { keysNamedIn, podAudiencesIn } from '../../core/api/fetched-tokens.ts';
import { tokenOfPod } from '../../core/credentials/token-of-pod.ts';
import { VOLUME } from '../names.ts';
import type { RawVolume } from './pod.ts';

/** 0444: the gate runs as a user that the pod may change, and nothing else mounts the volume. */
const MODE = 292;

const TOKEN_SECONDS = 3_600;

/** By Secret, in the order of names, so that the order in which they are written makes no other pod. */
export function credentialSources({ spec }: MCPServer) {
  const keys = new Map<string, Set<string>>();
  const audiences = new Set<string>();
  const need = (secretName: string, key: string): void => {
    keys.set(secretName, (keys.get(secretName) ?? new Set()).add(key));
  };
  // What the gate shows to a store it shows to no client either.
  const { secretName: ofStore, key: keyOfStore } = spec.state?.valkey?.passwordFrom ?? {};
  if (ofStore !== undefined && keyOfStore !== undefined) need(ofStore, keyOfStore);
  for (const { from } of spec.upstream?.credentials ?? []) {
    for (const { secretName, key } of keysNamedIn(from)) need(secretName, key);
    for (const { audience } of podAudiencesIn(from)) audiences.add(audience);
  }
  const secrets = [...keys]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => sourceOf(name, [...of].toSorted()));
  return [...secrets, ...[...audiences].toSorted().map(tokenFor)];
}

/** The kubelet makes it for the ServiceAccount of the pod, and a new one in time. */
function tokenFor(audience: string) {
  const { secret, key } = tokenOfPod(audience);
  return { serviceAccountToken: { audience, expirationSeconds: TOKEN_SECONDS, path: `${secret}/${key}` } };
}

/** Optional, so that the gate starts and says which key is missing, instead of a pod that hangs in ContainerCreating. */
function sourceOf(name: string, keys: readonly string[]) {
  return { secret: { name, optional: true, items: keys.map((key) => ({ key, path: `${name}/${key}` })) } };
}

export function credentialVolume(server: MCPServer): RawVolume[] {
  const sources = credentialSources(server);
  return sources.length === 0 ? [] : [{ name: VOLUME.credentials, projected: { defaultMode: MODE, sources } }];
}
