/** How long a pod waits for its sidecar to be written into it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { RawObject } from '../../operator/kit/resource.ts';
import type { Row } from '../results.ts';
import { quantileOf, round } from '../statistics.ts';
import type { ApiEffort, Context } from './effort.ts';
import type { BenchCluster } from './cluster.ts';
import type { Population } from './population.ts';
import { sumOf } from './process.ts';
import { podOf, reviewOf } from './review.ts';

/** The API server keeps as many connections as it has admissions at once. */
const CONNECTIONS = 8;
/**
 * Of each of them after an answer, on the average: a rollout of some three hundred pods a second. Without it several clients would
 * measure how long their own requests wait for a processor.
 */
const PAUSE_MS = 25;
/** Answers that do not count: connections are made, code is compiled; the API server keeps both as well. */
const WARM_UP = 500;

export async function measureInjection(
  cluster: BenchCluster,
  { servers, crowded }: Population,
  { reviews, pods }: Pick<ApiEffort, 'reviews' | 'pods'>,
  { command, say }: Context,
): Promise<Row[]> {
  say('the injection webhook');
  const server = servers.find(({ metadata }) => metadata.namespace === crowded);
  if (server === undefined) throw new Error(`there is no server in ${crowded}`);
  const pod = podOf(server);
  const rows: Row[] = [];
  for (const connections of [1, CONNECTIONS]) {
    const times = await ask(cluster, pod, connections, reviews);
    const suffix = connections === 1 ? '' : `-${connections}-at-once`;
    const [p50, p99, most] = [0.5, 0.99, 1].map((q) => quantileOf(times, q)) as [number, number, number];
    const note = `${times.length} reviews of a pod in a namespace with ${crowd(servers, crowded)} servers`;
    rows.push(
      row(`p50${suffix}`, p50, note, command),
      row(`p99${suffix}`, p99, `the slowest ${round(most, 1)}`, command),
    );
  }
  say('the same, through the API server');
  return [...rows, await throughApiServer(cluster, pod, pods, command)];
}

async function ask(cluster: BenchCluster, pod: RawObject, connections: number, reviews: number): Promise<number[]> {
  const { port, ...tls } = await cluster.injector();
  const pool = new Pool(`https://127.0.0.1:${port}`, { connections, pipelining: 1, connect: tls });
  const times: number[] = [];
  let left = WARM_UP + reviews;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const body = JSON.stringify(reviewOf(pod, times.length));
      const began = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: '/inject?timeout=5s',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body,
      });
      const text = await answer.body.text();
      times.push(performance.now() - began);
      if (!text.includes('"patch"')) throw new Error(`no sidecar was injected: ${text}`);
      if (connections > 1) await sleep(PAUSE_MS * 2 * Math.random());
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, client));
  } finally {
    await pool.close();
  }
  return times.slice(WARM_UP);
}

/** Of its own histogram, in which the next bound after 5 ms is 25 ms: so the mean. */
async function throughApiServer(cluster: BenchCluster, pod: RawObject, pods: number, command: string): Promise<Row> {
  const kubectl = (args: readonly string[], input?: string) => cluster.server.kubectl(args, input);
  const name = 'apiserver_admission_webhook_admission_duration_seconds';
  const seen = async (suffix: string, part = ''): Promise<number> =>
    sumOf(
      await kubectl(['get', '--raw', '/metrics']),
      `${name}_${suffix}`,
      `name="namespaces.sallyport-injector.sallyport.dev"${part}`,
    );
  const before = { sum: await seen('sum'), count: await seen('count') };
  const { namespace } = pod.metadata;
  const items = Array.from({ length: pods }, () => pod);
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await kubectl(['-n', namespace ?? '', 'create', '--dry-run=server', '-o', 'name', '-f', '-'], list);
  const count = (await seen('count')) - before.count;
  const meanMs = (((await seen('sum')) - before.sum) / count) * 1000;
  return row('mean-seen-by-the-api-server', meanMs, `${count} calls for ${pods} pods, by its own metrics`, command);
}

function row(name: string, value: number, note: string, command: string): Row {
  const result = { name: `operator/injection/${name}`, value: round(value, 2), unit: 'ms', aim: { max: 10 }, command };
  return { result, note };
}

function crowd(servers: Population['servers'], crowded: string): number {
  return servers.filter(({ metadata }) => metadata.namespace === crowded).length;
}
