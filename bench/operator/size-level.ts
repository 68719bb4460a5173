/** The operator in a cluster of many pods: what it holds at its highest, from its start until every gate was told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawObject } from '../../operator/kit/resource.ts';
import { RESOURCES } from '../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../operator/custom-resources.ts';
import type { Row } from '../results.ts';
import { round } from '../statistics.ts';
import { BenchCluster, inParallel, NAMESPACE } from './cluster.ts';
import type { Context, SizeEffort } from './effort.ts';
import { manyPods } from './many-pods.ts';
import { populate } from './population.ts';

const LIMIT_MS = 5 * 60_000;
/** Then every server has its policy, and every gate was told. */
const SETTLE_MS = 30_000;
/** Of one transaction of etcd. */
const BATCH = 100;
const { MCPServer, PolicyPack } = CUSTOM_RESOURCES;

export async function measureSizeLevel({ size, pods }: SizeEffort, { command, say }: Context): Promise<Row[]> {
  say('etcd and kube-apiserver');
  const cluster = await BenchCluster.start();
  try {
    const { client } = cluster;
    const population = populate(NAMESPACE, size);
    await inParallel(population.namespaces, async ({ metadata }) => {
      await client.create(RESOURCES.Namespace, { metadata });
      // Without controllers nobody else makes it, and no pod is admitted without one.
      await client.create(RESOURCES.ServiceAccount, { metadata: { namespace: metadata.name, name: 'default' } });
    });
    await inParallel(population.servers, (object) => client.create(MCPServer, object));
    await inParallel(population.packs, (object) => client.create(PolicyPack, object));
    say(`${pods} pods`);
    const bytes = await create(cluster, manyPods(population, pods));
    const start = await cluster.installChart();
    say('the operator');
    const began = performance.now();
    const operator = start();
    try {
      await operator.ready(LIMIT_MS);
      const readyMs = performance.now() - began;
      const atReady = operator.memory().peakMb;
      await sleep(SETTLE_MS);
      const { residentMb, peakMb } = operator.memory();
      const of = `${pods} pods of ${round(bytes / 1000, 1)} kB, ${size.servers} servers, ${size.packs} packs`;
      const row = (name: string, value: number, unit: string, max: number, note: string): Row => ({
        result: { name: `operator/size/${name}`, value: round(value, 1), unit, aim: { max }, command },
        note,
      });
      return [
        row('memory-peak', mebibytes(peakMb), 'MiB', 256, `${round(mebibytes(atReady), 0)} when it was ready; ${of}`),
        row('memory', mebibytes(residentMb), 'MiB', 256, 'resident half a minute later'),
        row('ready', readyMs / 1000, 's', 60, 'from the start of the process, all caches filled'),
      ];
    } finally {
      await operator.stop();
    }
  } finally {
    await cluster.stop();
  }
}

/** Straight into etcd, which takes seconds instead of many minutes. Returns how long such a pod is, as the API server sends it. */
async function create({ server, client }: BenchCluster, pods: Iterable<RawObject>): Promise<number> {
  let batch = new Map<string, object>();
  let last: RawObject | undefined;
  for (const pod of pods) {
    const { namespace = '', name } = pod.metadata;
    batch.set(`/registry/pods/${namespace}/${name}`, pod);
    last = pod;
    if (batch.size < BATCH) continue;
    await server.store(batch);
    batch = new Map();
  }
  await server.store(batch);
  if (last === undefined) return 0;
  const { namespace = '', name } = last.metadata;
  return JSON.stringify(await client.get(RESOURCES.Pod, { namespace, name })).length;
}

function mebibytes(megabytes: number): number {
  return (megabytes * 1e6) / 1_048_576;
}
