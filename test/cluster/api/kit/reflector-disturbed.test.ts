/** The reflector while the API server itself is restarted, forgets, or does not know us yet. Each test has a server of its own. */
import { describe, expect, it } from 'vitest';
import type { ApiClient } from '../../../../operator/kit/api-client.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { type ApiServer, startApiServer } from '../../api-server.ts';
import { connect, crdOf, freshNamespace, inStep, watching } from './bench.ts';

const cleanup = cleanupAfterEach();
const { ConfigMap } = RESOURCES;
const { MCPServer } = CUSTOM_RESOURCES;

async function ownServer(...extraFlags: string[]): Promise<ApiServer> {
  const server = await startApiServer({ extraFlags });
  cleanup.defer(() => server.stop());
  return server;
}

/** A client of its own: the one under test may be waiting for an answer that never comes. */
async function put(client: ApiClient, namespace: string, name: string, value: string): Promise<void> {
  await client.apply(ConfigMap, { metadata: { name, namespace }, data: { value } });
}

describe('a reflector', () => {
  it('goes on after a restart of the API server', async () => {
    const server = await ownServer();
    const client = await connect(cleanup, server.kubeconfig);
    const namespace = await freshNamespace(client);
    await put(client, namespace, 'a', '1');
    const watched = watching(cleanup, { client, resource: ConfigMap, namespace });
    await watched.reflector.synced;
    await server.restart();
    await put(client, namespace, 'a', '2');
    await put(client, namespace, 'b', '1');
    await inStep(watched, client, ConfigMap, namespace);
    expect(watched.changes).toEqual(['added a', 'updated a', 'added b']);
    expect(watched.lines.some((line) => line.includes('cache of configmaps is not kept up to date'))).toBe(true);
    await eventually('it says that all is well', () =>
      watched.lines.includes('cache of configmaps is up to date again'),
    );
  }, 60_000);

  it('fills its store again when the history it wants to go on from is compacted away', async () => {
    const server = await ownServer('--watch-cache=false');
    const client = await connect(cleanup, server.kubeconfig);
    const namespace = await freshNamespace(client);
    await put(client, namespace, 'a', '1');
    await put(client, namespace, 'gone', '1');
    const watched = watching(cleanup, {
      client,
      resource: ConfigMap,
      namespace,
      // So that it comes back late enough to have missed everything.
      backoff: { firstMs: 8_000, maxMs: 8_000, jitter: 0, resetAfterMs: 1 },
    });
    await watched.reflector.synced;
    await server.restart();
    await put(client, namespace, 'a', '2');
    await client.delete(ConfigMap, { namespace, name: 'gone' });
    await put(client, namespace, 'b', '1');
    await server.compact();
    await inStep(watched, client, ConfigMap, namespace);
    expect(watched.lines.some((line) => line.includes('listing again'))).toBe(true);
    expect([...watched.changes].sort()).toEqual(['added a', 'added b', 'added gone', 'deleted gone', 'updated a']);
  }, 60_000);

  it('waits for a CRD that is not installed, says so, and begins when it is', async () => {
    const server = await ownServer();
    const client = await connect(cleanup, server.kubeconfig);
    const namespace = await freshNamespace(client);
    const watched = watching(cleanup, { client, resource: MCPServer });
    const mend = 'CRD mcpservers.sallyport.dev is not installed: helm install sallyport-crds';
    await eventually('the log names the mend', () => watched.lines.some((line) => line.endsWith(mend)));
    expect(watched.reflector.problem).toContain(mend);
    expect(watched.reflector.hasSynced).toBe(false);
    // It keeps trying, but does not say the same at every turn.
    expect(watched.lines).toHaveLength(1);
    await client.create(RESOURCES.CustomResourceDefinition, crdOf(MCPServer));
    await watched.reflector.synced;
    expect(watched.reflector.problem).toBeUndefined();
    const server1 = { metadata: { namespace, name: 'github' }, spec: { anything: true } };
    await eventually('the kind takes objects', () => client.apply(MCPServer, server1).catch(() => undefined));
    await inStep(watched, client, MCPServer, namespace);
  }, 60_000);

  it('empties its store when the CRD is taken away, and fills it when it comes back', async () => {
    const server = await ownServer();
    const client = await connect(cleanup, server.kubeconfig);
    const namespace = await freshNamespace(client);
    await client.create(RESOURCES.CustomResourceDefinition, crdOf(MCPServer));
    const watched = watching(cleanup, { client, resource: MCPServer });
    await watched.reflector.synced;
    const object = { metadata: { namespace, name: 'github' }, spec: {} };
    await eventually('the kind takes objects', () => client.apply(MCPServer, object).catch(() => undefined));
    await eventually('it is in the store', () => watched.store.size === 1);
    await client.delete(RESOURCES.CustomResourceDefinition, { name: 'mcpservers.sallyport.dev' });
    await eventually('the store is empty', () => watched.store.size === 0, 20_000);
    await eventually('the log says why', () => watched.lines.some((line) => line.includes('is not installed')), 20_000);
    await eventually(
      'the CRD is installed again',
      () => client.create(RESOURCES.CustomResourceDefinition, crdOf(MCPServer)).catch(() => undefined),
      20_000,
    );
    await eventually('the kind takes objects', () => client.apply(MCPServer, object).catch(() => undefined), 20_000);
    await inStep(watched, client, MCPServer, namespace);
  }, 60_000);

  it('names the RBAC rule it lacks and begins once it is granted', async () => {
    const server = await ownServer();
    const admin = await connect(cleanup, server.kubeconfig);
    const namespace = await freshNamespace(admin);
    await put(admin, namespace, 'a', '1');
    const client = await connect(cleanup, await server.userKubeconfig('operator'));
    const watched = watching(cleanup, { client, resource: ConfigMap, namespace });
    const mend = 'The missing RBAC rule: {apiGroups: [""], resources: ["configmaps"], verbs: ["list", "watch"]}';
    await eventually('the log names the rule', () => watched.lines.some((line) => line.endsWith(mend)));
    expect(watched.reflector.hasSynced).toBe(false);
    // What is there comes by the watch as well.
    await server.kubectl(['-n', namespace, 'create', 'role', 'w', '--verb=watch', '--resource=configmaps']);
    await server.kubectl(['-n', namespace, 'create', 'rolebinding', 'w', '--role=w', '--user=operator']);
    await put(admin, namespace, 'a', '2');
    await inStep(watched, admin, ConfigMap, namespace);
    await eventually('it is content', () => watched.reflector.problem === undefined);
  }, 60_000);
});
