/** Two replicas as the chart makes them, of which one ends: pods are made all the while, and the webhook fails closed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BenchCluster, NAMESPACE } from '../../../../bench/operator/cluster.ts';
import { operatorPorts, type OperatorProcess, type Ports } from '../../../../bench/operator/process.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { LABEL, LEASE, SIDECAR_CONTAINER } from '../../../../operator/names.ts';
import { eventually } from '../../../support/eventually.ts';
import { podObject } from '../operator/bench.ts';
import { ReadyProxy } from '../../support/ready-proxy.ts';
import { BUILD_LIMIT_MS } from './release.ts';

/** As late as nodes and API servers hear of an endpoint that is gone. */
const HEARD_AFTER_MS = 2_000;
/** The next leader looks every 1.2 s at most. */
const LEADS_WITHIN_MS = 3_000;
const TEAM = 'team';

let cluster: BenchCluster;
let service: ReadyProxy;
const replicas: OperatorProcess[] = [];

beforeAll(async () => {
  cluster = await BenchCluster.start();
  const { client } = cluster;
  await client.create(RESOURCES.Namespace, { metadata: { name: TEAM, labels: { [LABEL.injection]: 'enabled' } } });
  await client.create(RESOURCES.ServiceAccount, { metadata: { namespace: TEAM, name: 'default' } });
  const spec = { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' } };
  await client.create(CUSTOM_RESOURCES.MCPServer, { metadata: { namespace: TEAM, name: 'ledger' }, spec });
  const ports: Ports[] = [await operatorPorts(), await operatorPorts()];
  const backends = ports.map(({ webhook, metrics }) => ({ port: webhook, readyPort: metrics }));
  service = await ReadyProxy.start(backends, HEARD_AFTER_MS);
  const start = await cluster.installReplicas(service.port);
  for (const [i, own] of ports.entries()) {
    const replica = start(`replica-${i}`, own);
    replicas.push(replica);
    await replica.ready();
  }
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  await service?.close();
  await cluster?.stop();
});

const holder = async (): Promise<string> =>
  (await cluster.client.find(RESOURCES.Lease, { namespace: NAMESPACE, name: LEASE }))?.spec?.holderIdentity ?? '';

let made = 0;

async function makePod(): Promise<string> {
  const name = `ledger-${(made += 1)}`;
  const pod = await cluster.client.create(RESOURCES.Pod, podObject(TEAM, { name }));
  const { initContainers = [] } = pod.spec as { initContainers?: { name: string }[] };
  if (initContainers[0]?.name !== SIDECAR_CONTAINER) throw new Error(`${name} has no gate`);
  return name;
}

it('refuses no pod while a replica ends, and another leads at once', { timeout: 60_000 }, async () => {
  const [first, second] = replicas as [OperatorProcess, OperatorProcess];
  await eventually('a pod gets its gate', () => makePod().catch(() => undefined), 20_000);
  const refused: string[] = [];
  const over = new AbortController();
  const stream = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await makePod().catch((error: unknown) => refused.push(String(error)));
      await sleep(10);
    }
  };
  const streams = [stream(), stream(), stream()];
  await sleep(500);
  const before = [await holder(), made] as const;
  const began = performance.now();
  const stopped = first.stop();
  await eventually('another leads', async () => {
    const now = await holder();
    return now !== '' && now !== before[0];
  });
  expect(performance.now() - began).toBeLessThan(LEADS_WITHIN_MS);
  await stopped;
  const lasted = performance.now() - began;
  await sleep(HEARD_AFTER_MS / 2);
  over.abort();
  await Promise.all(streams);
  expect(refused).toEqual([]);
  expect(made - before[1]).toBeGreaterThan(50);
  // Unready first, and only then closed.
  expect(lasted).toBeGreaterThan(5_000);
  expect(lasted).toBeLessThan(12_000);
  expect(second.isRunning).toBe(true);
});
