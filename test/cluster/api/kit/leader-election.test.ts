/** Electors on a real Lease. The times are a tenth of the usual ones, in the same proportion. */
import { pino } from 'pino';
import { expect, inject, it } from 'vitest';
import type { ApiClient } from '../../../../operator/kit/api-client.ts';
import { LeaderElection, microTime } from '../../../../operator/kit/leader-election.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { FaultProxy } from '../../support/fault-proxy.ts';
import { connect, freshNamespace } from './bench.ts';

const cleanup = cleanupAfterEach();
const TIMES = { leaseMs: 3_000, renewWithinMs: 2_000, everyMs: 400, lookMs: 200 };
const LEASE = 'sallyport-operator';

interface Bench {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly elector: (identity: string, through?: ApiClient) => LeaderElection;
  /** Acquires and holds; `stop` lets go with a release, `crash` without. */
  readonly run: (elector: LeaderElection) => {
    led: Promise<boolean>;
    held: Promise<void>;
    stop: () => Promise<void>;
    crash: () => Promise<void>;
  };
}

async function bench(): Promise<Bench> {
  const client = await connect(cleanup, inject('apiServerKubeconfig'));
  const namespace = await freshNamespace(client);
  return {
    client,
    namespace,
    elector: (identity, through = client) =>
      new LeaderElection({
        client: through,
        namespace,
        name: LEASE,
        identity,
        log: pino({ level: 'silent' }),
        times: TIMES,
      }),
    run(elector) {
      const abort = new AbortController();
      const led = elector.acquire(abort.signal);
      const held = led.then(async (leads) => (leads ? elector.hold(abort.signal) : undefined));
      held.catch(() => {});
      const crash = async (): Promise<void> => {
        abort.abort();
        await held.catch(() => {});
      };
      cleanup.defer(crash);
      const stop = async (): Promise<void> => {
        await crash();
        await elector.release();
      };
      return { led, held, stop, crash };
    },
  };
}

it('one leads and the other waits; when the first lets go the other leads at once', async () => {
  const { client, namespace, elector, run } = await bench();
  const [a, b] = [elector('a'), elector('b')];
  const first = run(a);
  expect(await first.led).toBe(true);
  const second = run(b);
  await new Promise((resolve) => setTimeout(resolve, TIMES.leaseMs * 1.5));
  expect([a.isLeader, b.isLeader]).toEqual([true, false]);
  const began = performance.now();
  await first.stop();
  expect(a.isLeader).toBe(false);
  expect(await second.led).toBe(true);
  expect(performance.now() - began).toBeLessThan(TIMES.leaseMs / 2);
  const lease = await client.get(RESOURCES.Lease, { namespace, name: LEASE });
  expect(lease.spec).toMatchObject({ holderIdentity: 'b', leaseDurationSeconds: 3, leaseTransitions: 1 });
  expect(lease.spec?.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
}, 30_000);

it('after a crash the other one leads when the lease has run out, and not before', async () => {
  const { elector, run } = await bench();
  const first = run(elector('a'));
  await first.led;
  const second = run(elector('b'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await first.crash();
  const began = performance.now();
  expect(await second.led).toBe(true);
  const waited = performance.now() - began;
  expect(waited).toBeGreaterThan(TIMES.leaseMs - TIMES.everyMs * 1.5 - 200);
  // The lease, seen up to one look late, and what the requests take: not another look after it has run out.
  expect(waited).toBeLessThan(TIMES.leaseMs + TIMES.lookMs * 1.2 + 300);
}, 30_000);

it('requests that take long do not make the time to renew any longer', async () => {
  const { elector, run } = await bench();
  const proxy = await cleanup.use(FaultProxy.start(inject('apiServerKubeconfig')));
  const first = run(elector('a', await connect(cleanup, proxy.kubeconfig)));
  await first.led;
  await new Promise((resolve) => setTimeout(resolve, 500));
  // The first renewals fail late, one after the other, and then nothing answers: at the worst moment.
  proxy.inject(({ method }) => method === 'PUT', { kind: 'hang' }, 1_000);
  const began = performance.now();
  await expect(first.held).rejects.toThrow('could not be renewed for 2 s');
  expect(performance.now() - began).toBeLessThan(TIMES.renewWithinMs + 150);
}, 30_000);

it('who cannot renew gives up before anybody else may lead', async () => {
  const { elector, run } = await bench();
  const proxy = await cleanup.use(FaultProxy.start(inject('apiServerKubeconfig')));
  const cutOff = elector('a', await connect(cleanup, proxy.kubeconfig));
  const other = elector('b');
  const first = run(cutOff);
  await first.led;
  const second = run(other);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  proxy.inject(() => true, { kind: 'hang' }, 1_000);
  let both = 0;
  const watch = setInterval(() => {
    if (cutOff.isLeader && other.isLeader) both += 1;
  }, 5);
  cleanup.defer(() => clearInterval(watch));
  await expect(first.held).rejects.toThrow('the lease sallyport-operator could not be renewed for 2 s');
  expect(other.isLeader).toBe(false);
  expect(await second.led).toBe(true);
  expect(both).toBe(0);
}, 30_000);

it('gets over a renewal that fails', async () => {
  const { elector, run } = await bench();
  const proxy = await cleanup.use(FaultProxy.start(inject('apiServerKubeconfig')));
  const a = elector('a', await connect(cleanup, proxy.kubeconfig));
  const { led } = run(a);
  await led;
  proxy.inject(() => true, { kind: 'answer', status: 500 }, 2);
  proxy.inject(() => true, { kind: 'reset' }, 1);
  await new Promise((resolve) => setTimeout(resolve, TIMES.renewWithinMs * 1.5));
  expect(a.isLeader).toBe(true);
}, 30_000);

it('a lease that was taken away is lost, and the one who has it is named', async () => {
  const { client, namespace, elector, run } = await bench();
  const first = run(elector('a'));
  await first.led;
  await eventually('the lease is rewritten', async () => {
    const lease = await client.get(RESOURCES.Lease, { namespace, name: LEASE });
    const spec = { ...lease.spec, holderIdentity: 'thief' };
    return client.replace(RESOURCES.Lease, { ...lease, spec }).catch(() => undefined);
  });
  const began = performance.now();
  await expect(first.held).rejects.toThrow('the lease sallyport-operator was taken over by thief');
  // With the next look at it, not when the time to renew is over.
  expect(performance.now() - began).toBeLessThan(TIMES.renewWithinMs / 2);
}, 30_000);

it('a holder whose clock is wrong keeps its lease as long as it renews', async () => {
  const { client, namespace, elector, run } = await bench();
  const longAgo = microTime(Date.now() - 3_600_000);
  const spec = { holderIdentity: 'slow clock', leaseDurationSeconds: 2, acquireTime: longAgo, renewTime: longAgo };
  let lease = await client.create(RESOURCES.Lease, { metadata: { namespace, name: LEASE }, spec });
  const { led } = run(elector('b'));
  let leads = false;
  void led.then((answer) => (leads = answer));
  for (let i = 0; i < 8; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    lease = await client.replace(RESOURCES.Lease, {
      ...lease,
      spec: { ...spec, renewTime: microTime(Date.now() - 3_600_000) },
    });
  }
  expect(leads).toBe(false);
  expect(await led).toBe(true);
}, 30_000);

it('of many who want the lease at once exactly one gets it', async () => {
  const { elector, run } = await bench();
  const electors = Array.from({ length: 8 }, (_, i) => elector(`candidate-${i}`));
  const runs = electors.map((one) => run(one));
  await Promise.race(runs.map(({ led }) => led));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(electors.filter((one) => one.isLeader)).toHaveLength(1);
}, 30_000);
