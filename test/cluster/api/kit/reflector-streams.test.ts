/** The reflector where the API server sends what is there by a watch, and where it refuses to. */
import { describe, expect, inject, it } from 'vitest';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { startApiServer } from '../../api-server.ts';
import { FaultProxy, type Fault, type Seen } from '../../support/fault-proxy.ts';
import { connect, freshNamespace, inStep, watching } from './bench.ts';

const cleanup = cleanupAfterEach();
const { ConfigMap } = RESOURCES;
const isStream = ({ url }: Seen): boolean => url.searchParams.has('sendInitialEvents');
const isList = ({ method, url }: Seen): boolean => method === 'GET' && !url.searchParams.has('watch');

async function bench(kubeconfig: string) {
  const proxy = await cleanup.use(FaultProxy.start(kubeconfig));
  const direct = await connect(cleanup, kubeconfig);
  const client = await connect(cleanup, proxy.kubeconfig);
  const namespace = await freshNamespace(direct);
  const put = (name: string, value: string) =>
    direct.apply(ConfigMap, { metadata: { name, namespace }, data: { value } });
  const watch = (options: object = {}) =>
    watching(cleanup, { client, resource: ConfigMap, namespace, transform: withoutData, ...options });
  return { proxy, direct, namespace, put, watch };
}

function withoutData<T extends object>(object: T): T {
  const { data: _, ...rest } = object as T & { data?: unknown };
  return rest as T;
}

describe('a reflector of a server that sends initial events', () => {
  it('fills its store by one watch, and goes on with it', async () => {
    const { proxy, direct, namespace, put, watch } = await bench(inject('apiServerKubeconfig'));
    for (let i = 0; i < 5; i++) await put(`n-${i}`, 'x');
    const watched = watch();
    await watched.reflector.synced;
    expect(watched.store.size).toBe(5);
    await put('n-0', 'y');
    await direct.delete(ConfigMap, { namespace, name: 'n-1' });
    await inStep(watched, direct, ConfigMap, namespace);
    expect(watched.changes.slice(5)).toEqual(['updated n-0', 'deleted n-1']);
    expect(
      proxy.requests.map(({ url }) => [isList({ method: 'GET', url }), url.searchParams.get('resourceVersion')]),
    ).toEqual([[false, '0']]);
    for (const object of watched.store.list()) {
      expect(object).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
      expect(object).not.toHaveProperty('data');
      expect(object.metadata).not.toHaveProperty('managedFields');
    }
  });

  it.each<[string, Fault, RegExp]>([
    ['is cut in the middle', { kind: 'cut', afterBytes: 700 }, /no answer|terminated|other side closed|aborted/],
    ['ends before all is there', { kind: 'say', lines: [], thenEnd: true }, /ended before all was there/],
    ['falls silent', { kind: 'silence', afterBytes: 500 }, /silent for/],
    ['is refused with 500', { kind: 'answer', status: 500 }, /500/],
  ])('tries again when it %s, and shows nothing before all is there', async (_, fault, says) => {
    const { proxy, direct, namespace, put, watch } = await bench(inject('apiServerKubeconfig'));
    for (const name of ['a', 'b', 'c']) await put(name, 'x');
    proxy.inject(isStream, fault, 2);
    const watched = watch({ silenceMs: 500 });
    watched.store.onChange(() => expect(proxy.requests.length).toBeGreaterThan(2));
    await inStep(watched, direct, ConfigMap, namespace);
    expect([...watched.changes].sort()).toEqual(['added a', 'added b', 'added c']);
    expect(watched.lines.some((line) => says.test(line))).toBe(true);
    await eventually('it is content again', () => watched.reflector.problem === undefined);
    expect(proxy.requests.filter(isList)).toEqual([]);
  });

  it('finds in due time, by the newest that there is, what a watch kept quiet about', async () => {
    const { proxy, direct, namespace, put, watch } = await bench(inject('apiServerKubeconfig'));
    await put('a', '1');
    await put('b', '1');
    const watched = watch({ relistMs: { min: 1_500, max: 1_500 } });
    await watched.reflector.synced;
    // From here on no watch brings anything: what a broken cache in the middle would do.
    proxy.inject((seen) => !isStream(seen), { kind: 'say', lines: [], thenEnd: true }, Infinity);
    proxy.cutAll();
    await put('a', '2');
    await direct.delete(ConfigMap, { namespace, name: 'b' });
    await inStep(watched, direct, ConfigMap, namespace);
    const asked = proxy.requests.filter(isStream).map(({ url }) => url.searchParams.get('resourceVersion'));
    expect(asked.slice(0, 2)).toEqual(['0', null]);
  });
});

it('a reflector of a server that has initial events turned off lists, after it was refused once', async () => {
  const server = await startApiServer({ extraFlags: ['--feature-gates=WatchList=false'] });
  cleanup.defer(() => server.stop());
  const { proxy, direct, namespace, put, watch } = await bench(server.kubeconfig);
  await put('a', '1');
  const watched = watch({ relistMs: { min: 1_000, max: 1_000 } });
  await watched.reflector.synced;
  await put('b', '1');
  await inStep(watched, direct, ConfigMap, namespace);
  await eventually('it has listed again', () => proxy.requests.filter(isList).length >= 2);
  await inStep(watched, direct, ConfigMap, namespace);
  expect(proxy.requests.filter(isStream)).toHaveLength(1);
  expect(watched.reflector.problem).toBeUndefined();
  for (const object of watched.store.list()) expect(object).not.toHaveProperty('data');
}, 60_000);
