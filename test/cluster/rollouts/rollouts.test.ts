/** What clients that call all the while lose by what a platform team does every day: no more than they would without a gate. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { killContainer } from '../support/container.ts';
import type { CallLog } from '../support/load/call-log.ts';
import { expectNothingLost, underLoad } from './under-load.ts';
import { World } from './world.ts';

/** A container that ends is started again; then the gate has to have its policy. */
const RESTART_MS = 8_000;
/** How long the lease of a leader that was killed may be in the way of the next. */
const HAND_OVER_MS = 15_000;

/** Without sessions each call may go to any pod. */
const modern = (client: string): boolean => client.startsWith('v2 modern');
/** Of those with sessions. */
const legacy = (client: string): boolean => !modern(client);
const LEGACY_CLIENTS = 4;

const world = new World(inject('nodeKubeconfig'));

beforeAll(async () => {
  await world.remove();
  await world.helm();
  await world.serve();
});
afterAll(() => world.remove());

/** A session goes on in its pod until the server there ends, and may have a call on its way at that moment. */
function expectFewLost(log: CallLog, podsGone: number): void {
  expect(log.sums('gated', legacy).lost).toBeLessThanOrEqual(LEGACY_CLIENTS * podsGone);
}

test('a rolling restart', async () => {
  const log = await underLoad(world, 'rollout-restart', async () => {
    await world.kubectl('rollout', 'restart', 'deployment/ledger');
    await world.settled(2);
  });
  expectNothingLost(log, modern);
  expectFewLost(log, 2);
});

test('more replicas, and fewer', async () => {
  const log = await underLoad(world, 'scale', async () => {
    for (const replicas of [4, 1, 2]) {
      await world.kubectl('scale', 'deployment/ledger', `--replicas=${replicas}`);
      await world.settled(replicas);
    }
  });
  expectNothingLost(log, modern);
  expectFewLost(log, 3);
});

test('a drain: each pod is evicted, as its disruption budget allows', async () => {
  const log = await underLoad(world, 'evict', async () => {
    for (const { name } of await world.pods()) {
      await world.evict(name);
      await world.settled(2);
    }
  });
  expectNothingLost(log, modern);
  expectFewLost(log, 2);
});

test('the values of the chart changed so that gates are others, and a restart', async () => {
  const log = await underLoad(world, 'chart-values', async () => {
    await world.helm({ sidecar: { logLevel: 'debug' } });
    await world.kubectl('rollout', 'restart', 'deployment/ledger');
    await world.settled(2);
  });
  expectNothingLost(log, modern);
  expectFewLost(log, 2);
});

test('a gate that is killed costs no more than a server that is killed', async () => {
  const kill = (container: string) => async (): Promise<void> => {
    const [pod] = await world.pods();
    await killContainer(world.kubeconfig, world.namespace, pod?.name ?? '', container);
    await sleep(RESTART_MS);
    await world.settled(2);
  };
  const gate = await underLoad(world, 'gate-killed', kill('sallyport'));
  const server = await underLoad(world, 'server-killed', kill('server'));
  expect(gate.sums('gated').unguarded + server.sums('gated').unguarded).toBe(0);
  expect(gate.sums('direct').lost).toBe(0);
  // Clients with sessions all go straight to one pod, which may be the other one.
  expect(gate.sums('gated', modern).lost).toBeLessThanOrEqual(server.sums('direct', modern).lost);
});

test('the operator restarted costs no call, and no pod', async () => {
  const refused: string[] = [];
  const log = await underLoad(world, 'operator-restart', async () => {
    const over = new AbortController();
    let asked = 0;
    const pods = (async (): Promise<void> => {
      for (; !over.signal.aborted; asked += 1) {
        const answer = await world.tryPod().catch((error: unknown) => String(error));
        if (!answer.includes('sallyport')) refused.push(answer);
      }
    })();
    await world.operator('rollout', 'restart', 'deployment/sallyport-operator');
    await world.operator('rollout', 'status', 'deployment/sallyport-operator', '--timeout=90s');
    // The last of the old ones goes on answering for some seconds.
    await eventually('two pods of the operator', async () => (await world.operatorPods()).length === 2, 60_000);
    over.abort();
    await pods;
    expect(asked).toBeGreaterThan(10);
  });
  expect(refused).toEqual([]);
  expectNothingLost(log);
});

test('the operator killed costs no call, and another leads within the lease', async () => {
  const took: number[] = [];
  const log = await underLoad(world, 'operator-killed', async () => {
    const leader = await world.leader();
    await killContainer(world.kubeconfig, world.operatorNamespace, leader.pod, 'operator');
    const began = performance.now();
    await eventually('another leads', async () => (await world.leader()).identity !== leader.identity, 30_000);
    took.push(Math.round(performance.now() - began));
    console.log(`another led ${took[0]} ms after the leader was killed`);
    for (const pod of await world.operatorPods()) {
      await killContainer(world.kubeconfig, world.operatorNamespace, pod, 'operator');
    }
  });
  expectNothingLost(log);
  expect(took[0]).toBeLessThanOrEqual(HAND_OVER_MS);
});
