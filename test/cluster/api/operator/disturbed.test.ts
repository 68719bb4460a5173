/** What networks, busy API servers and other people's controllers do to an operator. In the end everything is as it should be. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import type { Ref } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { policyConfigMapName } from '../../../../operator/names.ts';
import { readBundle } from '../../../../core/policy/read-bundle.ts';
import { type ApiServer, startApiServer } from '../../api-server.ts';
import { installCrds } from '../../shared-api-server.ts';
import { FaultProxy, type Seen } from '../../support/fault-proxy.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { Bench, soon } from './bench.ts';

const ROOT = 'sallyport-system';
const PATIENCE_MS = 25_000;

let api: ApiServer;
let on: Bench;
let proxy: FaultProxy;
let operator: TestOperator;

beforeAll(async () => {
  api = await startApiServer();
  await installCrds(api.kubeconfig);
  on = new Bench(await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig: api.kubeconfig }), api.kubeconfig);
  await on.client.create(RESOURCES.Namespace, { metadata: { name: ROOT } });
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await on?.client.close();
  await api?.stop();
});

beforeEach(async () => {
  proxy = await FaultProxy.start(api.kubeconfig);
  operator = await startOperator(proxy.kubeconfig, ROOT);
});
afterEach(async () => {
  proxy.calm();
  expect(operator.isRunning).toBe(true);
  await operator.stop();
  await proxy.close();
});

const isWatch = ({ url }: Seen): boolean => url.searchParams.has('watch');
/** Looks for admission policies that are not installed here, and for what they should say, once in a while. */
const isGuard = ({ method, url }: Seen): boolean =>
  url.pathname.includes('admissionregistration') ||
  (method === 'GET' && url.pathname === '/api/v1/namespaces/sallyport-system/configmaps/sallyport-operator');

interface Server {
  readonly ref: Ref;
  readonly ns: string;
}

async function settledServers(count: number): Promise<Server[]> {
  const made = await Promise.all(
    Array.from({ length: count }, async () => {
      const ns = await on.namespace();
      return { ns, ref: await on.server(ns) };
    }),
  );
  for (const { ref } of made) await on.reason(ref, 'Injected', 'NoPods');
  return made;
}

/** Status and ConfigMap speak of the same policy, made of these packs. */
async function enforces({ ns, ref }: Server, packs: readonly string[]): Promise<void> {
  await soon(async () => {
    const bundle = readBundle(await on.bundleText(ns));
    const { status } = await on.client.get(CUSTOM_RESOURCES.MCPServer, ref);
    expect(status).toMatchObject({ policy: { packs: packs.map((name) => `${ns}/${name}`) } });
    expect(bundle).toMatchObject({ revision: await on.revision(ref) });
  }, PATIENCE_MS);
}

/** Nobody asks for anything that a person would notice. */
async function requestsWithin(ms: number): Promise<Seen[]> {
  const before = proxy.requests.length;
  await new Promise((resolve) => setTimeout(resolve, ms));
  return proxy.requests.slice(before).filter((seen) => !isWatch(seen) && !isGuard(seen));
}

describe('the API server', () => {
  test('restarted in the middle of changes: everything catches up, and nothing is written afterwards', async () => {
    const servers = await settledServers(5);
    await Promise.all(servers.slice(0, 3).map(({ ns }) => on.pack(ns, 'before')));
    const restarted = api.restart();
    await restarted;
    for (const { ns } of servers) await on.pack(ns, 'after');
    const others = await settledServers(2);
    for (const [i, server] of servers.entries()) await enforces(server, i < 3 ? ['after', 'before'] : ['after']);
    for (const server of others) await enforces(server, []);
    // A cache that finds out late lists once more; that is no change.
    const writes = (await requestsWithin(2_000)).filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([]);
  }, 60_000);

  test('says that too much is asked of it (429): the operator waits as long as it says, and goes on', async () => {
    const busy = { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '{}' } as const;
    const [server] = (await settledServers(1)) as [Server];
    proxy.inject((seen) => seen.method !== 'GET', busy, 5);
    proxy.inject((seen) => isWatch(seen), busy, 3);
    proxy.cutAll();
    const before = proxy.requests.length;
    await on.pack(server.ns);
    await enforces(server, ['payments']);
    // Eight that were refused, their repetitions, and what there was to do.
    expect(proxy.requests.slice(before).filter((seen) => !isGuard(seen)).length).toBeLessThan(60);
  });

  test('has forgotten what the operator missed (410): it lists anew, and also sees what was deleted meanwhile', async () => {
    const [first, second] = (await settledServers(2)) as [Server, Server];
    await on.pack(first.ns, 'old');
    await enforces(first, ['old']);
    // Blind from here on.
    proxy.inject(() => true, { kind: 'reset' }, Infinity);
    proxy.cutAll();
    await on.client.delete(CUSTOM_RESOURCES.PolicyPack, { namespace: first.ns, name: 'old' });
    await on.client.delete(RESOURCES.Service, first.ref);
    await on.pack(second.ns, 'new');
    await api.compact();
    await api.restart();
    proxy.calm();
    await enforces(first, []);
    await enforces(second, ['new']);
    await soon(async () => expect(await on.client.find(RESOURCES.Service, first.ref)).toBeDefined());
    expect(operator.log.some((line) => line.includes('no longer has the changes since the last one seen'))).toBe(true);
  }, 60_000);
});

describe('the network', () => {
  test('cuts every connection again and again: what changes meanwhile arrives', async () => {
    const [server] = (await settledServers(1)) as [Server];
    for (let i = 0; i < 5; i++) {
      await on.pack(server.ns, `pack-${i}`);
      proxy.cutAll();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await enforces(
      server,
      [0, 1, 2, 3, 4].map((i) => `pack-${i}`),
    );
  });

  test('loses the answers of writes that were carried out: they are not done twice with another result', async () => {
    const [server] = (await settledServers(1)) as [Server];
    proxy.inject((seen) => seen.method === 'PATCH', { kind: 'lost' }, 3);
    await on.pack(server.ns);
    await enforces(server, ['payments']);
    expect(await requestsWithin(2_000)).toEqual([]);
  });
});

describe('somebody else', () => {
  /** As fast as it goes, for three seconds. Returns how often. */
  async function storm(write: (i: number) => Promise<unknown>): Promise<number> {
    const end = performance.now() + 3_000;
    let count = 0;
    for (; performance.now() < end; count++) await write(count);
    return count;
  }

  const isPatchOf = (part: string) => (seen: Seen) => seen.method === 'PATCH' && seen.url.pathname.endsWith(part);

  test.each([
    {
      what: 'the status',
      path: '/ledger/status',
      write: ({ ref }: Server, i: number) =>
        on.client.mergePatch(
          CUSTOM_RESOURCES.MCPServer,
          ref,
          { status: { endpoint: `http://evil-${i}/mcp` } },
          { subresource: 'status' },
        ),
      right: async ({ ref, ns }: Server) =>
        expect((await on.client.get(CUSTOM_RESOURCES.MCPServer, ref)).status).toMatchObject({
          endpoint: `http://ledger.${ns}.svc:80/mcp`,
        }),
    },
    {
      what: 'the ConfigMap',
      path: policyConfigMapName('ledger'),
      write: ({ ns }: Server, i: number) =>
        on.client.mergePatch(
          RESOURCES.ConfigMap,
          { namespace: ns, name: policyConfigMapName('ledger') },
          { data: { 'bundle.json': String(i) } },
        ),
      right: async ({ ns }: Server) => expect(readBundle(await on.bundleText(ns))).toHaveProperty('revision'),
    },
    {
      what: 'the Service',
      path: '/services/ledger',
      write: ({ ref }: Server, i: number) =>
        on.client.mergePatch(RESOURCES.Service, ref, { spec: { ports: [{ port: 80, targetPort: 9000 + (i % 100) }] } }),
      right: async ({ ref }: Server) =>
        expect((await on.client.get(RESOURCES.Service, ref)).spec).toMatchObject({ ports: [{ targetPort: 8484 }] }),
    },
  ])(
    'rewrites $what in a loop: it is put right at most as often, and right in the end',
    async ({ path, write, right }) => {
      const [server] = (await settledServers(1)) as [Server];
      await requestsWithin(500);
      const before = proxy.requests.length;
      const written = await storm((i) => write(server, i));
      await soon(() => right(server));
      const mended = proxy.requests.slice(before).filter(isPatchOf(path)).length;
      expect(written).toBeGreaterThan(20);
      expect(mended).toBeGreaterThan(0);
      expect(mended).toBeLessThanOrEqual(written + 2);
      await requestsWithin(1_000);
      expect((await requestsWithin(2_000)).map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([]);
      await right(server);
    },
  );

  test('labels, annotates and owns fields beside ours: they keep theirs, and nobody writes in circles', async () => {
    const [server] = (await settledServers(1)) as [Server];
    await on.client.mergePatch(RESOURCES.Service, server.ref, {
      metadata: { labels: { team: 'treasury' }, annotations: { 'mesh.example/x': 'y' } },
    });
    await requestsWithin(1_000);
    expect(await requestsWithin(2_000)).toEqual([]);
    await on.client.mergePatch(RESOURCES.Service, server.ref, { spec: { ports: [{ port: 80, targetPort: 9000 }] } });
    await soon(async () => {
      const { spec, metadata } = await on.client.get(RESOURCES.Service, server.ref);
      expect(spec).toMatchObject({ ports: [{ targetPort: 8484 }] });
      expect(metadata.labels).toMatchObject({ team: 'treasury' });
    });
  });
});
