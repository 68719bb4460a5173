/** That the API server the other tests rely on is a real one, and that it can be disturbed as they need it. */
import { expect, inject, it } from 'vitest';
import { cleanupAfterEach } from '../../support/cleanup.ts';
import { eventually } from '../../support/eventually.ts';
import { type ApiServer, kubectl, startApiServer } from '../api-server.ts';
import { toolVersion } from '../tools.ts';

const { defer } = cleanupAfterEach();

async function ownServer(...extraFlags: string[]): Promise<ApiServer> {
  const server = await startApiServer({ extraFlags });
  defer(() => server.stop());
  return server;
}

async function configMap(server: ApiServer, value: string): Promise<string> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' }, data: { value } };
  await server.kubectl(['apply', '-f', '-'], JSON.stringify(object));
  return server.kubectl(['get', 'configmap', 'notes', '-o', 'jsonpath={.metadata.resourceVersion}']);
}

it('the shared one says the version that it was built from', async () => {
  const version = await kubectl(inject('apiServerKubeconfig'), ['version', '-o', 'json']);
  const built = toolVersion('kube-apiserver');
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(built) ?? [];
  expect(JSON.parse(version)).toMatchObject({ serverVersion: { gitVersion: built, major, minor } });
});

it('a user may do what RBAC gives to the name or a group, and nothing else', async () => {
  const server = await ownServer();
  const ada = await server.userKubeconfig('ada@example.com', ['finance/readers', 'others']);
  const read = (): Promise<string> => kubectl(ada, ['get', 'configmaps', '-o', 'name']);
  await expect(read()).rejects.toThrow('User "ada@example.com" cannot list resource "configmaps"');
  await server.kubectl(['create', 'role', 'reader', '--verb=list', '--resource=configmaps']);
  await server.kubectl(['create', 'rolebinding', 'readers', '--role=reader', '--group=finance/readers']);
  await configMap(server, 'one');
  // The authorizer learns of a new binding by its own watch, a moment later.
  expect(await eventually('ada may read', () => read().catch(() => undefined))).toContain('configmap/notes');
  await expect(kubectl(ada, ['create', 'configmap', 'x'])).rejects.toThrow('cannot create resource "configmaps"');
});

it('a restart keeps the data and the address', async () => {
  const server = await ownServer();
  const version = await configMap(server, 'one');
  await server.restart();
  expect(await configMap(server, 'one')).toBe(version);
});

it.each<[how: string, flags: string[], restart: boolean]>([
  ['and a restart', [], true],
  ['where the watch cache is off', ['--watch-cache=false'], false],
])('a watch from before a compaction gets 410 after it %s', async (_how, flags, restart) => {
  const server = await ownServer(...flags);
  const first = await configMap(server, 'one');
  await configMap(server, 'two');
  await configMap(server, 'three');
  await server.compact();
  if (restart) await server.restart();
  const path = `/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=5&resourceVersion=${first}`;
  const answer = await server.kubectl(['get', '--raw', path]).catch(String);
  expect(answer).toMatch(/410|Expired|too old resource version/);
});
