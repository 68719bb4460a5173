/** What the cluster has to show when everything is done, from the objects as they were written: the compiler is the product's. */
import { packAppliesTo, packRevision } from '../../core/policy/compile.ts';
import { sha256 } from '../../core/digest.ts';
import type { Condition } from '../../operator/kit/conditions.ts';
import type { KubeObject, RawObject } from '../../operator/kit/resource.ts';
import { keyOf } from '../../operator/kit/store.ts';
import { wantedBundle } from '../../operator/mcpserver/bundle.ts';
import { bundleFile } from '../../core/policy/bundle-versions.ts';
import { policyConfigMapName } from '../../operator/names.ts';
import { type Parsed, parsePack, parseServer } from '../../operator/parsed.ts';
import type { Population } from './population.ts';

export interface Right {
  readonly servers: ReadonlyMap<string, string>;
  readonly packs: ReadonlyMap<string, string>;
  readonly configMaps: ReadonlyMap<string, string>;
}

/** `generation`: of every pack that was changed since it was made. */
export function whatIsRight(
  population: Pick<Population, 'namespaces' | 'servers' | 'packs'>,
  rootNamespace: string,
  clusterDomain: string,
  generations: ReadonlyMap<string, number> = new Map(),
): Right {
  const labels = new Map(population.namespaces.map(({ metadata }) => [metadata.name, labelsOf(metadata)]));
  const scopeOf = (namespace: string) => ({ rootNamespace, namespaceLabels: labels.get(namespace) ?? {} });
  const packs = population.packs.map((object) => ({ object, pack: read(parsePack(object)) }));
  const servers = population.servers.map((object) => read(parseServer(object)));
  const right = {
    servers: new Map<string, string>(),
    packs: new Map<string, string>(),
    configMaps: new Map<string, string>(),
  };
  for (const server of servers) {
    const { namespace, name } = server.metadata;
    const near = packs.filter(({ pack }) => [namespace, rootNamespace].includes(pack.metadata.namespace));
    const candidates = near.map(({ object }) => object);
    const bundle = wantedBundle(server, candidates, scopeOf(namespace), clusterDomain);
    if (bundle.kind === 'rejected') throw new Error(bundle.problem);
    right.servers.set(`${namespace}/${name}`, bundle.revision);
    right.configMaps.set(`${namespace}/${policyConfigMapName(name)}`, bundle.revision);
  }
  for (const { object, pack } of packs) {
    const applies = servers.filter((server) => packAppliesTo(pack, server, scopeOf(server.metadata.namespace)));
    const generation = generations.get(keyOf(object)) ?? 1;
    right.packs.set(keyOf(object), packWords(generation, applies.length, packRevision(pack)));
  }
  return right;
}

export function shownByServer({ status }: RawObject): string | undefined {
  return (status?.['policy'] as { revision?: string } | undefined)?.revision;
}

export function shownByPack({ status = {} }: RawObject): string | undefined {
  const conditions = (status['conditions'] ?? []) as Condition[];
  if (!conditions.some(({ type, status: state }) => type === 'Accepted' && state === 'True')) return undefined;
  const { count = -1 } = (status['servers'] ?? {}) as { count?: number };
  return packWords(status['observedGeneration'] as number, count, status['revision'] as string);
}

export function shownByConfigMap({ data }: RawObject): string | undefined {
  const bundle = data?.[bundleFile(1)];
  return bundle === undefined ? undefined : sha256(bundle);
}

function packWords(generation: number, servers: number, revision: string): string {
  return `generation ${generation}, ${servers} servers, ${revision}`;
}

/** The API server adds the name to the labels of every namespace. */
function labelsOf({ name, labels = {} }: Pick<KubeObject['metadata'], 'name' | 'labels'>): Record<string, string> {
  return { ...labels, 'kubernetes.io/metadata.name': name };
}

function read<T>(parsed: Parsed<T>): T {
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}
