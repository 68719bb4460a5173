/** The reflector against the real API server, with the faults of networks in between. */
import { describe, expect, inject, it } from 'vitest';
import type { ApiClient } from '../../../../operator/kit/api-client.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { FaultProxy, type Fault, type Seen } from '../../support/fault-proxy.ts';
import { connect, freshNamespace, inStep, watching, type Watching } from './bench.ts';

const cleanup = cleanupAfterEach();
const { ConfigMap } = RESOURCES;

const isStream = ({ url }: Seen): boolean => url.searchParams.has('sendInitialEvents');
const isWatch = (seen: Seen): boolean => seen.url.searchParams.has('watch') && !isStream(seen);
const isList = ({ method, url }: Seen): boolean => method === 'GET' && !url.searchParams.has('watch');
/** As a server answers that has the feature gate WatchList turned off, or is older than it. */
const SENDS_NONE: Fault = {
  kind: 'answer',
  status: 422,
  body: '{"reason":"Invalid","message":"sendInitialEvents is forbidden"}',
};

interface Bench {
  /** Straight to the server: the hand that changes things. */
  readonly direct: ApiClient;
  /** Through the proxy: what is under test. */
  readonly client: ApiClient;
  readonly proxy: FaultProxy;
  readonly namespace: string;
  readonly put: (name: string, value: string) => Promise<RawObject>;
  readonly watch: (options?: {
    silenceMs?: number;
    relistMs?: { min: number; max: number };
  }) => Promise<Watching<RawObject>>;
}

/** How the server says what is there: by lists, unless it can send it by a watch. */
async function bench(way: 'lists' | 'streams' = 'lists'): Promise<Bench> {
  const kubeconfig = inject('apiServerKubeconfig');
  const proxy = await cleanup.use(FaultProxy.start(kubeconfig));
  const direct = await connect(cleanup, kubeconfig);
  const client = await connect(cleanup, proxy.kubeconfig);
  const namespace = await freshNamespace(direct);
  if (way === 'lists') proxy.inject(isStream, SENDS_NONE, Infinity);
  return {
    direct,
    client,
    proxy,
    namespace,
    put: (name, value) => direct.apply(ConfigMap, { metadata: { name, namespace }, data: { value } }),
    watch: async (options = {}) => {
      const watched = watching(cleanup, { client, resource: ConfigMap, namespace, ...options });
      await watched.reflector.synced;
      return watched;
    },
  };
}

/** What goes wrong with the watch after the first list; what must be seen in the log, if anything. */
const faults: { name: string; fault: Fault; times?: number; says?: RegExp; silenceMs?: number; relists?: boolean }[] = [
  {
    name: 'a connection cut in the middle of a line',
    fault: { kind: 'cut', afterBytes: 700 },
    says: /no answer|terminated|other side closed|aborted/,
  },
  {
    name: 'a connection cut after every hundred bytes, again and again',
    fault: { kind: 'cut', afterBytes: 100 },
    times: 4,
  },
  { name: 'bytes that drip', fault: { kind: 'drip', bytes: 7 } },
  {
    name: 'a line that is not JSON',
    fault: { kind: 'say', lines: ['<html>gateway</html>'] },
    says: /not JSON: <html>/,
  },
  {
    name: 'one 500',
    fault: { kind: 'answer', status: 500, body: '{"message":"etcd has no leader"}' },
    says: /cannot watch configmaps in namespace kit-\w+: 500 etcd has no leader/,
  },
  { name: 'several 500', fault: { kind: 'answer', status: 500 }, times: 3, says: /500/ },
  { name: 'a reset', fault: { kind: 'reset' }, says: /no answer from the API server/ },
  {
    name: 'a 410',
    fault: { kind: 'answer', status: 410, body: '{"reason":"Expired"}' },
    says: /listing again/,
    relists: true,
  },
  {
    name: 'a 410 in the stream',
    fault: {
      kind: 'say',
      lines: ['{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}'],
      thenEnd: true,
    },
    says: /listing again/,
    relists: true,
  },
  {
    name: 'a version from the future, as after a restore of etcd',
    fault: {
      kind: 'answer',
      status: 504,
      body: '{"code":504,"reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}]}}',
    },
    says: /listing again/,
    relists: true,
  },
  {
    name: 'another error in the stream',
    fault: {
      kind: 'say',
      lines: ['{"type":"ERROR","object":{"kind":"Status","code":500,"message":"storage"}}'],
      thenEnd: true,
    },
    says: /500 storage/,
  },
  {
    name: 'an event of a type nobody knows',
    fault: { kind: 'say', lines: ['{"type":"PROPHECY","object":{"metadata":{}}}'] },
    says: /unknown type/,
  },
  { name: 'a watch that ends at once', fault: { kind: 'say', lines: [], thenEnd: true }, says: /ended at once/ },
  { name: 'silence', fault: { kind: 'silence', afterBytes: 0 }, silenceMs: 1_500, says: /beginning a new watch/ },
  {
    name: 'silence in the middle of a line',
    fault: { kind: 'silence', afterBytes: 500 },
    silenceMs: 1_500,
    says: /beginning a new watch/,
  },
  { name: 'no answer at all', fault: { kind: 'hang' }, silenceMs: 1_500, says: /silent for/ },
];

describe('a reflector', () => {
  it('lists once and then follows what happens', async () => {
    const { direct, put, watch, namespace, proxy } = await bench();
    await put('before', '1');
    const watched = await watch();
    expect(watched.changes).toEqual(['added before']);
    await put('new', '1');
    await put('before', '2');
    await direct.delete(ConfigMap, { namespace, name: 'new' });
    await eventually('the deletion is seen', () => watched.changes.length === 4);
    expect(watched.changes).toEqual(['added before', 'added new', 'updated before', 'deleted new']);
    await inStep(watched, direct, ConfigMap, namespace);
    expect(proxy.requests.filter(isList).map(({ url }) => url.searchParams.get('resourceVersion'))).toEqual(['0']);
    const { url } = proxy.requests.find(isWatch) as Seen;
    expect(url.searchParams.get('allowWatchBookmarks')).toBe('true');
    expect(Number(url.searchParams.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300);
    expect(Number(url.searchParams.get('timeoutSeconds'))).toBeLessThanOrEqual(600);
  });

  it('stores objects without their managedFields, with kind and apiVersion', async () => {
    const { put, watch } = await bench();
    await put('listed', '1');
    const watched = await watch();
    await put('watched', '1');
    await eventually('both are there', () => watched.store.size === 2);
    for (const object of watched.store.list()) {
      expect(object.metadata).not.toHaveProperty('managedFields');
      expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    }
  });

  it('stops within a moment and leaves no watch behind', async () => {
    const { watch } = await bench();
    const watched = await watch();
    const began = performance.now();
    await watched.stop();
    expect(performance.now() - began).toBeLessThan(500);
  });

  it.each(faults)('gets over $name without missing anything', async ({ fault, times, says, silenceMs, relists }) => {
    const { direct, proxy, put, watch, namespace } = await bench();
    await put('stays', '1');
    await put('goes', '1');
    proxy.inject(isWatch, fault, times);
    const watched = await watch(silenceMs === undefined ? {} : { silenceMs });
    for (let i = 0; i < 5; i += 1) await put('changes', String(i));
    await direct.delete(ConfigMap, { namespace, name: 'goes' });
    await put('comes', '1');
    await inStep(watched, direct, ConfigMap, namespace);
    if (says !== undefined)
      await eventually(`the log says ${says}`, () => watched.lines.some((line) => says.test(line)));
    // Whatever happened, nothing came twice or out of order.
    expect(watched.changes.filter((change) => change.endsWith('goes'))).toEqual(['added goes', 'deleted goes']);
    expect(watched.changes.filter((change) => change.endsWith('stays'))).toEqual(['added stays']);
    expect(proxy.requests.filter(isList).length).toBe(relists === true ? 2 : 1);
    await eventually('it is content again', () => watched.reflector.problem === undefined);
  });

  it('sees what happened while the connection was gone, from where it was', async () => {
    const { direct, proxy, put, watch, namespace } = await bench();
    await put('a', '1');
    const watched = await watch();
    await put('a', '2');
    await eventually('the change is seen', () => watched.changes.length === 2);
    proxy.inject(isWatch, { kind: 'reset' }, 3);
    proxy.cutAll();
    await put('b', '1');
    await direct.delete(ConfigMap, { namespace, name: 'a' });
    await inStep(watched, direct, ConfigMap, namespace);
    expect(watched.changes).toEqual(['added a', 'updated a', 'added b', 'deleted a']);
    expect(proxy.requests.filter(isList)).toHaveLength(1);
  });

  it('takes up where a bookmark was, though nothing of its own kind happened', async () => {
    const { direct, proxy, watch, put, namespace } = await bench();
    await put('a', '1');
    const { metadata } = await direct.create(RESOURCES.Secret, { metadata: { namespace, generateName: 'other-' } });
    const bookmark = {
      type: 'BOOKMARK',
      object: { ...metadata, metadata: { resourceVersion: metadata.resourceVersion } },
    };
    proxy.inject(isWatch, { kind: 'say', lines: [JSON.stringify(bookmark)], thenEnd: true });
    const watched = await watch();
    await put('a', '2');
    await inStep(watched, direct, ConfigMap, namespace);
    const [, second] = proxy.requests.filter(isWatch);
    expect(second?.url.searchParams.get('resourceVersion')).toBe(metadata.resourceVersion);
    expect(watched.changes).toEqual(['added a', 'updated a']);
  });

  it('waits as long as a busy server asks it to', async () => {
    const { direct, proxy, put, watch, namespace } = await bench();
    proxy.inject(isWatch, { kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
    const began = performance.now();
    const watched = await watch();
    await put('a', '1');
    await inStep(watched, direct, ConfigMap, namespace);
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('fills the store although the first lists fail', async () => {
    const { direct, proxy, put, watch, namespace } = await bench();
    await put('a', '1');
    proxy.inject(isList, { kind: 'answer', status: 500 }, 2);
    proxy.inject(isList, { kind: 'cut', afterBytes: 50 }, 5);
    await inStep(await watch(), direct, ConfigMap, namespace);
  });

  it('finds by a fresh list what a watch kept quiet about', async () => {
    const { direct, proxy, put, watch, namespace } = await bench();
    await put('a', '1');
    await put('b', '1');
    // Bytes come, so nothing is silent, but no events: what a broken cache in the middle would do.
    proxy.inject(isWatch, { kind: 'say', lines: [], thenEnd: true }, 1_000);
    const watched = await watch({ relistMs: { min: 300, max: 300 } });
    await put('a', '2');
    await direct.delete(ConfigMap, { namespace, name: 'b' });
    await inStep(watched, direct, ConfigMap, namespace);
    expect(watched.changes).toEqual(['added a', 'added b', 'deleted b', 'updated a']);
    // The newest, not what a cache has.
    expect(
      proxy.requests
        .filter(isList)
        .map(({ url }) => url.searchParams.get('resourceVersion'))
        .slice(0, 2),
    ).toEqual(['0', null]);
  });

  it('ends up with the truth after ten seconds of everything at once', async () => {
    const { direct, proxy, put, watch, namespace } = await bench();
    const watched = await watch({ silenceMs: 1_500, relistMs: { min: 3_000, max: 4_000 } });
    const pick = <V>(from: readonly V[]): V => from[Math.floor(Math.random() * from.length)] as V;
    const names = Array.from({ length: 15 }, (_, i) => `n-${i}`);
    const trouble: Fault[] = [
      ...faults.map(({ fault }) => fault).filter(({ kind }) => kind !== 'hang' && kind !== 'silence'),
      ...Array.from({ length: 10 }, () => ({ kind: 'cut', afterBytes: Math.floor(Math.random() * 5_000) }) as const),
      { kind: 'silence', afterBytes: 3_000 },
    ];
    const until = performance.now() + 10_000;
    const write = async (): Promise<void> => {
      while (performance.now() < until) {
        const name = pick(names);
        if (Math.random() < 0.3) await direct.delete(ConfigMap, { namespace, name });
        // Two write the same objects: one of them may come too late.
        else await put(name, String(Math.random())).catch(() => {});
      }
    };
    const disturb = async (): Promise<void> => {
      while (performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
        if (Math.random() < 0.5) proxy.inject(pick([isWatch, isWatch, isList]), pick(trouble));
        else proxy.cutAll();
      }
    };
    await Promise.all([write(), write(), disturb()]);
    proxy.calm();
    await inStep(watched, direct, ConfigMap, namespace);
    // Each object came, changed and went in an order that makes sense.
    for (const name of names) {
      let present = false;
      for (const change of watched.changes.filter((line) => line.endsWith(` ${name}`))) {
        expect(present).toBe(!change.startsWith('added'));
        present = !change.startsWith('deleted');
      }
    }
  }, 60_000);

  it('leaves no timer and no connection behind', async () => {
    const { client, proxy, namespace } = await bench();
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const watched = watching(cleanup, { client, resource: ConfigMap, namespace });
    await watched.reflector.synced;
    await eventually('it watches', () => proxy.requests.some(isWatch));
    expect(timers()).toBeGreaterThan(0);
    await watched.stop();
    await client.close();
    await eventually('no timer is left', () => timers() === 0);
    await eventually('no connection is left', async () => (await proxy.openConnections()) === 0);
  });

  it('goes on when a listener throws', async () => {
    const { put, watch } = await bench();
    const watched = await watch();
    watched.store.onChange(({ object }) => {
      if (object.metadata.name === 'bad') throw new Error('listener is broken');
    });
    await put('bad', '1');
    await put('good', '1');
    await eventually('the next change is seen', () => watched.changes.includes('added good'));
    expect(watched.lines).toContain('a listener of the cache failed: listener is broken');
  });
});
