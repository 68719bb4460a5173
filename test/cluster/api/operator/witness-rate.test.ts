/** What a thousand gates cost the API server: two replicas of the witness, a real API server, and every gate shows a checkpoint every ten seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cosigningKey } from '../../../../core/audit/note/note-keys.ts';
import { Caches } from '../../../../operator/caches.ts';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { SYSTEM_CLOCK } from '../../../../operator/kit/clock.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { Reflector } from '../../../../operator/kit/reflector.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { LABEL, OPERATOR_LABELS } from '../../../../operator/names.ts';
import type { Pod } from '../../../../operator/pod.ts';
import { WitnessMetrics } from '../../../../operator/witness/metrics.ts';
import { Witness } from '../../../../operator/witness/service.ts';
import { readShard } from '../../../../operator/witness/shard.ts';
import { ShownStream } from '../../../../operator/witness/testing/shown.ts';

const GATES = 1000;
const EVERY_MS = 10_000;
const SECONDS = 11;
const NAMESPACE = 'witness-rate';

let client: ApiClient;
const stopping = new AbortController();
beforeAll(async () => {
  client = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig: inject('apiServerKubeconfig') });
  await client.create(RESOURCES.Namespace, { metadata: { name: NAMESPACE } });
});
afterAll(async () => {
  stopping.abort();
  await client.delete(RESOURCES.Namespace, { name: NAMESPACE });
  await client.close();
});

async function replica() {
  const caches = new Caches();
  const log = pino({ level: 'silent' });
  const registry = new Registry();
  for (const name of ['operator-1', 'operator-2'])
    caches.pods.set({ metadata: { namespace: NAMESPACE, name, uid: name, labels: OPERATOR_LABELS } } as unknown as Pod);
  const reflector = new Reflector({
    ...{ client, log, store: caches.witness, resource: RESOURCES.ConfigMap as never, namespace: NAMESPACE },
    labelSelector: `${LABEL.witness}=true`,
    transform: readShard as never,
  });
  const witness = new Witness({
    ...{ caches, client, log, clock: SYSTEM_CLOCK, rootNamespace: NAMESPACE },
    keys: { keys: () => Promise.resolve([cosigningKey('w', Buffer.alloc(32, 8))]) },
    metrics: new WitnessMetrics(registry),
    writeEveryMs: 500,
    keepEndedForMs: 86_400_000,
  });
  void reflector.start(stopping.signal);
  await reflector.ready;
  void witness.start(stopping.signal);
  const writes = async () =>
    Number(/^sallyport_operator_witness_writes_total (\d+)$/m.exec(await registry.metrics())?.[1]);
  return { witness, writes };
}

test('two writes a second, and each gate has its cosignature within ten', async () => {
  const replicas = await Promise.all([replica(), replica()]);
  const waits: number[] = [];
  let until = Infinity;
  const gate = async (n: number): Promise<void> => {
    const stream = new ShownStream(`ledger-${n}`);
    let held = 0;
    // They have not started in the same instant.
    await sleep((n / GATES) * EVERY_MS);
    while (performance.now() < until) {
      const began = performance.now();
      const shown = stream.grow(held + 7).shown(held);
      // The one that its connection leads to.
      const answer = await (replicas[n % 2] as (typeof replicas)[0]).witness.submit(stream.origin, shown);
      if (answer.kind !== 'cosigned') expect.fail(JSON.stringify(answer));
      held = answer.size;
      waits.push(performance.now() - began);
      if (performance.now() < until) await sleep(Math.min(EVERY_MS, Math.max(0, until - performance.now())));
    }
  };
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  until = before + SECONDS * 1000;
  await Promise.all(Array.from({ length: GATES }, (_, n) => gate(n)));
  const seconds = (performance.now() - before) / 1000;
  const used = process.cpuUsage(cpu);
  const written = (await Promise.all(replicas.map(({ writes }) => writes()))).reduce((sum, one) => sum + one, 0);
  const { items } = await client.list<RawObject>(RESOURCES.ConfigMap, {
    namespace: NAMESPACE,
    labelSelector: `${LABEL.witness}=true`,
  });
  const bytes = items.map(({ data }) => JSON.stringify(data).length);
  waits.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(waits[Math.floor(share * (waits.length - 1))] ?? 0);
  // Read by whoever measures.
  console.log(
    `${waits.length} checkpoints of ${GATES} gates in ${seconds.toFixed(1)} s: ${(written / seconds).toFixed(2)} writes/s, of ${Math.round(bytes.reduce((a, b) => a + b, 0) / bytes.length / 1024)} KiB each; ` +
      `a cosignature after ${at(0.5)} ms (median), ${at(0.99)} ms (99 %); ${((used.user + used.system) / 1000 / waits.length).toFixed(2)} ms CPU each, with what the gates do`,
  );
  expect(items.flatMap((object) => Array.from(readShard(object).entries))).toHaveLength(GATES);
  // Each replica has its first one at once.
  expect(written).toBeLessThanOrEqual(2 * seconds + 2);
  expect(at(0.99)).toBeLessThan(12_000);
}, 90_000);
