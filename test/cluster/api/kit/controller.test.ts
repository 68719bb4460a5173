/** A controller with its cache and queue at work on the real API server. */
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, inject, it } from 'vitest';
import type { ApiClient } from '../../../../operator/kit/api-client.ts';
import { sameStatus } from '../../../../operator/kit/conditions.ts';
import { Controller, type Reconcile } from '../../../../operator/kit/controller.ts';
import { Manager } from '../../../../operator/kit/manager.ts';
import { ControllerMetrics } from '../../../../operator/kit/metrics.ts';
import { isControlledBy, ownerReference } from '../../../../operator/kit/owner.ts';
import { Reflector } from '../../../../operator/kit/reflector.ts';
import { compareResourceVersions, type RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { Store } from '../../../../operator/kit/store.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { connect, freshNamespace, installCrd, WIDGET, type Widget } from './bench.ts';

const cleanup = cleanupAfterEach();
const log = pino({ level: 'silent' });
const { ConfigMap } = RESOURCES;

function controller(name: string, reconcile: Reconcile, workers = 1): { controller: Controller; registry: Registry } {
  const registry = new Registry();
  return {
    registry,
    controller: new Controller({ name, workers, reconcile, log, metrics: new ControllerMetrics(registry) }),
  };
}

async function sumOf(registry: Registry, metric: string): Promise<number> {
  const { values } = (await registry.getSingleMetric(metric)?.get()) ?? { values: [] };
  return values.reduce((sum, { value }) => sum + value, 0);
}

function running(manager: Manager): () => Promise<void> {
  const abort = new AbortController();
  const ended = manager.run(abort.signal);
  const stop = (): Promise<void> => {
    abort.abort();
    return ended;
  };
  cleanup.defer(stop);
  return stop;
}

it('many writers of one object lose no write: each conflict is tried again', async () => {
  const client = await connect(cleanup, inject('apiServerKubeconfig'));
  const namespace = await freshNamespace(client);
  const ref = { namespace, name: 'tally' };
  await client.create(ConfigMap, { metadata: ref, data: {} });
  const goal = 10;
  const writers = Array.from({ length: 10 }, (_, i) => `writer-${i}`);
  const manager = new Manager({ log });
  const registries: Registry[] = [];
  for (const writer of writers) {
    const made = controller(writer, async () => {
      const object = await client.get(ConfigMap, ref);
      const count = Number(object.data?.[writer] ?? 0);
      if (count >= goal) return { kind: 'done' };
      await client.replace(ConfigMap, { ...object, data: { ...object.data, [writer]: String(count + 1) } });
      return { kind: 'requeueAfter', ms: 0 };
    });
    registries.push(made.registry);
    made.controller.enqueue(ref);
    manager.add(made.controller);
  }
  running(manager);
  const done = Object.fromEntries(writers.map((writer) => [writer, String(goal)]));
  await eventually(
    'every writer has written ten times',
    async () => {
      const { data } = await client.get(ConfigMap, ref);
      return sameStatus(data, done);
    },
    30_000,
  );
  const errors = await Promise.all(
    registries.map((registry) => sumOf(registry, 'controller_runtime_reconcile_errors_total')),
  );
  // Otherwise this tested nothing.
  expect(errors.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
}, 60_000);

/** Gives every widget a ConfigMap with its size and tells in its status which generation that was. */
function sizer(client: ApiClient, widgets: Store<Widget>, maps: Store<RawObject>): Reconcile {
  return async (ref) => {
    const widget = widgets.get(ref);
    if (widget === undefined) return { kind: 'done' };
    const data = { size: String(widget.spec.size) };
    const map = maps.get(ref);
    if (map === undefined || !isControlledBy(map, widget) || map.data?.['size'] !== data.size) {
      await client.apply(ConfigMap, { metadata: { ...ref, ownerReferences: [ownerReference(widget)] }, data });
    }
    const status = { size: widget.spec.size };
    if (!sameStatus(widget.status, status)) {
      await client.apply(WIDGET, { metadata: ref, status }, { subresource: 'status' });
    }
    return { kind: 'done' };
  };
}

it('a controller makes the world as it should be, and again when somebody interferes', async () => {
  const client = await connect(cleanup, inject('apiServerKubeconfig'));
  const namespace = await freshNamespace(client);
  await installCrd(client, WIDGET);
  const widgets = new Store<Widget>();
  const maps = new Store<RawObject>();
  const made = controller('sizer', sizer(client, widgets, maps), 2);
  widgets.onChange(({ object }) => made.controller.enqueue(object.metadata));
  maps.onChange(({ object }) => made.controller.enqueue(object.metadata));
  const manager = new Manager({ log });
  manager.add(
    new Reflector({ client, resource: WIDGET, store: widgets, namespace, log }),
    new Reflector({ client, resource: ConfigMap, store: maps, namespace, log }),
  );
  manager.add(made.controller);
  const stop = running(manager);

  const names = Array.from({ length: 20 }, (_, i) => `w-${i}`);
  await Promise.all(names.map((name, size) => client.apply(WIDGET, { metadata: { name, namespace }, spec: { size } })));
  const sizes = async (): Promise<Set<string | undefined>> =>
    new Set((await client.list(ConfigMap, { namespace })).items.map(({ data }) => data?.['size']));
  await eventually('every widget has its map', async () => {
    const present = await sizes();
    return names.every((_, size) => present.has(String(size)));
  });

  await client.delete(ConfigMap, { namespace, name: 'w-3' });
  await client.mergePatch(ConfigMap, { namespace, name: 'w-4' }, { data: { size: 'wrong' } });
  await client.mergePatch(WIDGET, { namespace, name: 'w-5' }, { spec: { size: 500 } });
  const sizeOf = async (name: string): Promise<string | undefined> =>
    (await client.find(ConfigMap, { namespace, name }))?.data?.['size'];
  await eventually('the deleted one is back', async () => (await sizeOf('w-3')) === '3');
  await eventually('the changed one is mended', async () => (await sizeOf('w-4')) === '4');
  await eventually('the new size has arrived', async () => (await sizeOf('w-5')) === '500');
  const told = async (): Promise<boolean> =>
    (await client.get(WIDGET, { namespace, name: 'w-5' })).status?.size === 500;
  await eventually('the status tells so', told);

  // At rest: nothing is written that is as it should be, or two controllers would never come to rest.
  await eventually('the queue is empty', async () => (await sumOf(made.registry, 'workqueue_depth')) === 0);
  const versions = async (): Promise<string> =>
    JSON.stringify((await client.list(WIDGET, { namespace })).items.map(({ metadata }) => metadata.resourceVersion));
  const before = await versions();
  for (const name of names) made.controller.enqueue({ namespace, name });
  await eventually('all were looked at', async () => (await sumOf(made.registry, 'workqueue_depth')) === 0);
  expect(await versions()).toBe(before);
  await stop();
}, 60_000);

it('a controller can tell whether its cache has seen its own write', async () => {
  const client = await connect(cleanup, inject('apiServerKubeconfig'));
  const namespace = await freshNamespace(client);
  const store = new Store<RawObject>();
  const abort = new AbortController();
  const reflector = new Reflector({ client, resource: ConfigMap, store, namespace, log });
  const ended = reflector.start(abort.signal);
  cleanup.defer(() => {
    abort.abort();
    return ended;
  });
  await reflector.synced;
  const ref = { namespace, name: 'mine' };
  let written = '';
  for (let i = 0; i < 20; i += 1) {
    const { metadata } = await client.apply(ConfigMap, { metadata: ref, data: { i: String(i) } });
    if (written !== '') expect(compareResourceVersions(metadata.resourceVersion ?? '', written)).toBeGreaterThan(0);
    written = metadata.resourceVersion ?? '';
  }
  await eventually('the cache is at the last write', () => {
    const seen = store.get(ref)?.metadata.resourceVersion;
    return seen !== undefined && compareResourceVersions(seen, written) >= 0;
  });
  expect(store.get(ref)?.data).toEqual({ i: '19' });
});
