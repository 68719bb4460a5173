/** The client against the real API server, and through a proxy that fails. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ApiError, ApiUnreachableError, isConflict, type ApiClient } from '../../../../operator/kit/api-client.ts';
import { SYSTEM_CLOCK } from '../../../../operator/kit/clock.ts';
import { defineResource, type KubeObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { kubectl } from '../../api-server.ts';
import { FaultProxy, type Seen } from '../../support/fault-proxy.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { connect, freshNamespace, installCrd, WIDGET } from './bench.ts';

const cleanup = cleanupAfterEach();
const { ConfigMap } = RESOURCES;
const admin = (): string => inject('apiServerKubeconfig');

async function bench(): Promise<{ client: ApiClient; namespace: string }> {
  const client = await connect(cleanup, admin());
  return { client, namespace: await freshNamespace(client) };
}

interface Faulty {
  readonly proxy: FaultProxy;
  /** Through the proxy. */
  readonly client: ApiClient;
  readonly namespace: string;
  readonly codes: string[];
}

async function faulty(): Promise<Faulty> {
  const proxy = await cleanup.use(FaultProxy.start(admin()));
  const codes: string[] = [];
  const metrics = { request: (method: string, code: string) => void codes.push(`${method} ${code}`) };
  const client = await connect(cleanup, proxy.kubeconfig, { metrics });
  const namespace = await freshNamespace(client);
  codes.length = 0;
  proxy.requests.length = 0;
  return { proxy, client, namespace, codes };
}

/** A kubeconfig for the shared server with the credentials of somebody else. */
function kubeconfigOf(user: object): string {
  const config = parse(readFileSync(admin(), 'utf8')) as { users: object[] };
  config.users = [{ name: 'sallyport-test', user }];
  const path = join(folder(), 'kubeconfig');
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function folder(): string {
  const made = scratchFolder();
  cleanup.defer(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const any = (): boolean => true;
const is =
  (method: string) =>
  (seen: Seen): boolean =>
    seen.method === method;

describe('objects', () => {
  it('are created, read, changed, listed and deleted', async () => {
    const { client, namespace } = await bench();
    const made = await client.create(ConfigMap, { metadata: { generateName: 'notes-', namespace }, data: { a: '1' } });
    const ref = { namespace, name: made.metadata.name };
    expect(made).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
    await client.mergePatch(ConfigMap, ref, { data: { b: '2' } });
    expect((await client.get(ConfigMap, ref)).data).toEqual({ a: '1', b: '2' });
    const { items, resourceVersion } = await client.list(ConfigMap, { namespace });
    expect(items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([`ConfigMap ${ref.name}`]);
    expect(resourceVersion).toMatch(/^\d+$/);
    await client.delete(ConfigMap, ref);
    await client.delete(ConfigMap, ref);
    expect(await client.find(ConfigMap, ref)).toBeUndefined();
    await expect(client.get(ConfigMap, ref)).rejects.toThrow(`cannot get configmaps ${namespace}/${ref.name}: 404`);
  });

  it('are listed whole, however many pages that takes, and by label', async () => {
    const { client, namespace } = await bench();
    const names = Array.from({ length: 1_100 }, (_, i) => `n-${String(i).padStart(4, '0')}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(
        names
          .slice(at, at + 50)
          .map((name, i) =>
            client.create(ConfigMap, { metadata: { name, namespace, labels: { even: String(i % 2 === 0) } } }),
          ),
      );
    }
    const { items } = await client.list(ConfigMap, { namespace });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
    expect((await client.list(ConfigMap, { namespace, labelSelector: 'even=true' })).items).toHaveLength(550);
    const one = await client.list(ConfigMap, { namespace, fieldSelector: 'metadata.name=n-0007' });
    expect(one.items).toHaveLength(1);
  }, 60_000);

  it('are not deleted for a namesake that was there before', async () => {
    const { client, namespace } = await bench();
    const ref = { namespace, name: 'notes' };
    const { metadata: old } = await client.create(ConfigMap, { metadata: ref });
    await client.delete(ConfigMap, ref);
    await client.create(ConfigMap, { metadata: ref });
    await client.delete(ConfigMap, ref, { uid: old.uid ?? '' });
    expect(await client.find(ConfigMap, ref)).toBeDefined();
  });

  it('of a kind that is not installed are an error even where a missing object is not', async () => {
    const { client, namespace } = await bench();
    const nowhere = {
      ...defineResource('example.com/v1', 'Nothing', 'nothings'),
      installedBy: 'kubectl apply -f nothings.yaml',
    };
    await expect(client.find(nowhere, { namespace, name: 'x' })).rejects.toThrow(
      'CRD nothings.example.com is not installed',
    );
    await expect(client.create(nowhere, { metadata: { namespace, name: 'x' } })).rejects.toThrow(
      'kubectl apply -f nothings.yaml',
    );
  });
});

describe('server-side apply', () => {
  it('owns what it says and nothing else', async () => {
    const { client, namespace } = await bench();
    const metadata = { name: 'notes', namespace };
    await kubectl(admin(), ['-n', namespace, 'create', 'configmap', 'notes', '--from-literal=theirs=1']);
    await client.apply(ConfigMap, { metadata, data: { ours: '1', alsoOurs: '1' } });
    const after = await client.apply(ConfigMap, { metadata, data: { ours: '2' } });
    expect(after.data).toEqual({ theirs: '1', ours: '2' });
    expect(JSON.stringify(after.metadata.managedFields)).toContain('"manager":"test","operation":"Apply"');
  });

  it('takes a field that somebody else owns only by force, which is the default', async () => {
    const { client, namespace } = await bench();
    const metadata = { name: 'notes', namespace };
    const other = await connect(cleanup, admin(), { fieldManager: 'somebody-else' });
    await other.apply(ConfigMap, { metadata, data: { shared: 'theirs' } });
    const gentle = client.apply(ConfigMap, { metadata, data: { shared: 'ours' } }, { force: false });
    const refusal = await gentle.catch((error: unknown) => error);
    expect(isConflict(refusal)).toBe(true);
    expect(String(refusal)).toContain('conflict with "somebody-else": .data.shared');
    expect((await client.apply(ConfigMap, { metadata, data: { shared: 'ours' } })).data).toEqual({ shared: 'ours' });
  });
});

describe('a status', () => {
  it('is written apart from the object: neither write touches the other half', async () => {
    const { client, namespace } = await bench();
    await installCrd(client, WIDGET);
    const metadata = { name: 'w', namespace };
    const made = await client.apply(WIDGET, { metadata, spec: { size: 1 }, status: { size: 99 } });
    expect(made.status).toBeUndefined();
    expect(made.metadata.generation).toBe(1);
    const told = await client.apply(
      WIDGET,
      { metadata, spec: { size: 5 }, status: { size: 1 } },
      { subresource: 'status' },
    );
    expect(told).toMatchObject({ spec: { size: 1 }, status: { size: 1 }, metadata: { generation: 1 } });
    const grown = await client.mergePatch(WIDGET, metadata, { spec: { size: 2 } });
    expect(grown).toMatchObject({ spec: { size: 2 }, status: { size: 1 }, metadata: { generation: 2 } });
    // Applying the spec again does not give the status up: the two are owned separately.
    expect((await client.apply(WIDGET, { metadata, spec: { size: 3 } })).status).toEqual({ size: 1 });
  });

  it('of a pod takes a condition by its type', async () => {
    const { client, namespace } = await bench();
    await client.create(RESOURCES.ServiceAccount, { metadata: { name: 'default', namespace } });
    const ref = { name: 'p', namespace };
    const spec = { containers: [{ name: 'c', image: 'i' }], automountServiceAccountToken: false };
    await client.create(RESOURCES.Pod, { metadata: ref, spec });
    const condition = (type: string, status: string): object => ({ status: { conditions: [{ type, status }] } });
    await client.strategicPatch(RESOURCES.Pod, ref, condition('example.com/A', 'True'), { subresource: 'status' });
    await client.strategicPatch(RESOURCES.Pod, ref, condition('example.com/B', 'True'), { subresource: 'status' });
    await client.strategicPatch(RESOURCES.Pod, ref, condition('example.com/A', 'False'), { subresource: 'status' });
    const { status } = await client.get(RESOURCES.Pod, ref);
    const conditions = (status?.['conditions'] ?? []) as { type: string; status: string }[];
    const valueOf = (type: string): string | undefined => conditions.find((one) => one.type === type)?.status;
    expect([valueOf('example.com/A'), valueOf('example.com/B')]).toEqual(['False', 'True']);
  });
});

describe('connections', () => {
  it('are kept and shared: a hundred calls one after the other need hardly more than one', async () => {
    const { client, namespace, proxy } = await faulty();
    for (let i = 0; i < 100; i += 1) await client.list(ConfigMap, { namespace });
    // A second one is opened when a call begins before the pool has noticed the end of the last.
    expect(proxy.connections).toBeLessThanOrEqual(2);
  });

  it('end with the client', async () => {
    const { client, namespace } = await faulty();
    await client.close();
    await expect(client.get(ConfigMap, { namespace, name: 'x' }, { retry: false })).rejects.toThrow(
      ApiUnreachableError,
    );
  });
});

describe('when the server does not answer', () => {
  it('a read is tried again', async () => {
    const { client, namespace, proxy, codes } = await faulty();
    proxy.inject(is('GET'), { kind: 'reset' }, 2);
    expect(await client.find(ConfigMap, { namespace, name: 'x' })).toBeUndefined();
    expect(codes).toEqual(['GET <error>', 'GET <error>', 'GET 404']);
  });

  it('a read fails after a while, and says what was asked and where', async () => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(is('GET'), { kind: 'reset' }, 10);
    await expect(client.get(ConfigMap, { namespace, name: 'x' })).rejects.toThrow(
      new RegExp(
        `cannot get configmaps ${namespace}/x: no answer from the API server at http://127\\.0\\.0\\.1:\\d+: `,
      ),
    );
    expect(proxy.requests).toHaveLength(4);
  });

  it('a write is not repeated: it may have happened', async () => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(is('POST'), { kind: 'lost' });
    const lost = client.create(ConfigMap, { metadata: { namespace, generateName: 'once-' } });
    await expect(lost).rejects.toThrow(ApiUnreachableError);
    expect((await client.list(ConfigMap, { namespace })).items).toHaveLength(1);
    expect(proxy.requests.filter(is('POST'))).toHaveLength(1);
  });

  it('a call ends at its deadline', async () => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(any, { kind: 'hang' });
    const call = client.get(ConfigMap, { namespace, name: 'x' }, { timeoutMs: 200, retry: false });
    await expect(call).rejects.toThrow('due to timeout');
    proxy.inject(any, { kind: 'silence', afterBytes: 10 });
    const half = client.list(ConfigMap, { namespace, timeoutMs: 200, retry: false });
    await expect(half).rejects.toThrow('due to timeout');
  });

  it('a call ends with its signal, also while it waits to try again', async () => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(any, { kind: 'answer', status: 429, headers: { 'retry-after': '9' } });
    const began = performance.now();
    const signal = AbortSignal.timeout(200);
    await expect(client.get(ConfigMap, { namespace, name: 'x' }, { signal })).rejects.toThrow('429');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('when the server is busy', () => {
  it.each([429, 503])('%i with Retry-After is waited for, also by a write', async (status) => {
    const { client, namespace, proxy, codes } = await faulty();
    proxy.inject(any, { kind: 'answer', status, headers: { 'retry-after': '1' } }, 2);
    const began = performance.now();
    await client.create(ConfigMap, { metadata: { namespace, name: 'patient' } });
    expect(performance.now() - began).toBeGreaterThan(2_000);
    expect(codes).toEqual([`POST ${status}`, `POST ${status}`, 'POST 201']);
  });

  it.each([
    { name: 'an answer without Retry-After', status: 429, headers: {} },
    { name: 'a wait that is too long to hold the caller', status: 503, headers: { 'retry-after': '600' } },
    { name: 'another error', status: 500, headers: { 'retry-after': '1' } },
  ])('$name is for the caller', async ({ status, headers }) => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(any, { kind: 'answer', status, headers });
    const error: unknown = await client
      .create(ConfigMap, { metadata: { namespace, name: 'x' } })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(proxy.requests).toHaveLength(1);
  });

  it('it is asked six times and no more', async () => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(any, { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }, 20);
    await expect(client.get(ConfigMap, { namespace, name: 'x' })).rejects.toThrow('429');
    expect(proxy.requests).toHaveLength(6);
  });

  it('a page from something in between that is not JSON is shown as it is', async () => {
    const { client, namespace, proxy } = await faulty();
    proxy.inject(any, { kind: 'answer', status: 502, body: '<h1>Bad Gateway</h1>' });
    await expect(client.get(ConfigMap, { namespace, name: 'x' })).rejects.toThrow('502 <h1>Bad Gateway</h1>');
  });

  it('a list begins anew when its next page has expired', async () => {
    const { client, namespace, proxy } = await faulty();
    const names = Array.from({ length: 510 }, (_, i) => `n-${i}`);
    for (let at = 0; at < names.length; at += 50) {
      await Promise.all(
        names.slice(at, at + 50).map((name) => client.create(ConfigMap, { metadata: { name, namespace } })),
      );
    }
    proxy.inject(({ url }) => url.searchParams.has('continue'), {
      kind: 'answer',
      status: 410,
      body: '{"reason":"Expired"}',
    });
    expect((await client.list(ConfigMap, { namespace })).items).toHaveLength(510);
  });
});

describe('warnings of the server', () => {
  it('are logged, each once', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push((JSON.parse(line) as { warning: string }).warning);
    const client = await connect(cleanup, admin(), { log: pino({ level: 'warn' }, { write }) });
    await installCrd(client, WIDGET);
    const namespace = await freshNamespace(client);
    const misspelt = { metadata: { generateName: 'w-', namespace }, spec: {}, specc: {} };
    for (let i = 0; i < 3; i += 1) await client.create(WIDGET, misspelt);
    expect(lines).toEqual(['299 - "unknown field \\"specc\\""']);
  });
});

describe('credentials', () => {
  afterEach(() => vi.useRealTimers());

  it('are read again when a token is rotated, as the kubelet does it', async () => {
    const { client, namespace } = await bench();
    const token = join(folder(), 'token');
    const tokenOf = async (account: string): Promise<string> => {
      await client.create(RESOURCES.ServiceAccount, { metadata: { name: account, namespace } });
      return (await kubectl(admin(), ['-n', namespace, 'create', 'token', account])).trim();
    };
    writeFileSync(token, await tokenOf('first'));
    // What client-node makes of a pod's service account.
    const kubeconfig = kubeconfigOf({ 'auth-provider': { name: 'tokenFile', config: { tokenFile: token } } });
    let later = 0;
    const clock = { ...SYSTEM_CLOCK, monotonic: () => SYSTEM_CLOCK.monotonic() + later };
    const pod = await connect(cleanup, kubeconfig, { clock });
    const review = defineResource('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', 'cluster');
    const whoAmI = async (): Promise<string> => {
      const { status } = await pod.create<KubeObject & { status?: { userInfo?: { username?: string } } }>(review, {
        metadata: {},
      });
      return status?.userInfo?.username ?? '';
    };
    expect(await whoAmI()).toBe(`system:serviceaccount:${namespace}:first`);
    writeFileSync(token, await tokenOf('second'));
    expect(await whoAmI()).toBe(`system:serviceaccount:${namespace}:first`);
    later = 61_000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + later });
    expect(await whoAmI()).toBe(`system:serviceaccount:${namespace}:second`);
  });

  it('that nobody accepts are said to be that', async () => {
    const nobody = await connect(cleanup, kubeconfigOf({ token: 'no-such-token' }));
    await expect(nobody.list(ConfigMap, { namespace: 'default' })).rejects.toThrow(
      'cannot list configmaps in namespace default: 401 Unauthorized. The credentials in the kubeconfig or the ServiceAccount token are not accepted',
    );
  });

  it('without a context are refused with the mend', async () => {
    const kubeconfig = join(folder(), 'kubeconfig');
    writeFileSync(kubeconfig, '{"apiVersion":"v1","kind":"Config","clusters":[],"users":[],"contexts":[]}');
    await expect(connect(cleanup, kubeconfig)).rejects.toThrow(
      'has no current context: kubectl config use-context NAME',
    );
  });
});

it('what a user may not do is refused with the missing rule', async () => {
  const { client, namespace } = await bench();
  await client.create(RESOURCES.ServiceAccount, { metadata: { name: 'weak', namespace } });
  const token = (await kubectl(admin(), ['-n', namespace, 'create', 'token', 'weak'])).trim();
  const weak = await connect(cleanup, kubeconfigOf({ token }));
  await eventually('the refusal names the rule', () =>
    weak
      .apply(WIDGET, { metadata: { name: 'w', namespace }, status: {} }, { subresource: 'status' })
      .then(() => false)
      .catch((error: Error) =>
        error.message.endsWith(
          'The missing RBAC rule: {apiGroups: ["kit.example.com"], resources: ["widgets/status"], verbs: ["patch"]}',
        ),
      ),
  );
});
