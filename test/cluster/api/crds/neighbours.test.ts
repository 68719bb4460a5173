/**
 * Beside the kinds of other projects that are called as ours are, every command that we print finds ours: whichever was installed first.
 * What is printed is read from the sources of messages and from the documents.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isOurs, resourceWordsIn } from '../../../../scripts/house/resource-words.ts';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { type ApiServer, startApiServer } from '../../api-server.ts';
import { NEIGHBOURS, neighbourCrd } from '../../neighbours.ts';
import { COMPLETE } from './complete.ts';

const root = join(import.meta.dirname, '../../../..');
const crds = join(root, 'crds');
const NAMESPACE = 'default';
const THEIRS = 'theirs';
const { defer } = cleanupAfterAll();

const printed = globSync(
  '{README.md,docs/**/*.md,charts/**/*.{yaml,txt,tpl},{core,operator,cli,scripts/monitoring}/**/*.ts}',
  {
    cwd: root,
  },
)
  .filter((path) => !path.endsWith('.test.ts'))
  .flatMap((path) => resourceWordsIn(readFileSync(join(root, path), 'utf8')))
  .filter(({ resource }) => isOurs(resource))
  .map(({ verb, resource }) => `${verb} ${resource}`);
const COMMANDS = [...new Set(printed)].toSorted();

/** As it would be typed, and doing nothing that lasts. */
const FLAGS: Readonly<Record<string, (resource: string) => string[]>> = {
  get: (resource) => [resource, '-o', 'name'],
  describe: (resource) => [resource],
  delete: (resource) => [resource, '--all', '--dry-run=server', '-o', 'name'],
  patch: (resource) => [resource, nameOf(resource), '--type=merge', '-p', '{}', '--dry-run=server', '-o', 'name'],
  scale: (resource) => [`${resource}/${nameOf(resource)}`, '--replicas=2', '--dry-run=server', '-o', 'name'],
  wait: (resource) => [`${resource}/${nameOf(resource)}`, '--for=jsonpath={.metadata.name}', '--timeout=5s'],
};

function nameOf(resource: string): string {
  const [, object] =
    Object.entries(OBJECTS).find(([kind]) => resource.toLowerCase().startsWith(kind.toLowerCase())) ??
    expect.fail(resource);
  return object.metadata?.name ?? '';
}

const OBJECTS = {
  MCPServer: COMPLETE.run,
  PolicyPack: COMPLETE.pack,
  ApprovalRequest: COMPLETE.approval,
  ApprovalGrant: COMPLETE.grant,
};

const feed = (server: ApiServer, items: readonly object[], ...args: string[]): Promise<string> =>
  server.kubectl([...args, '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

async function install(order: readonly string[]): Promise<ApiServer> {
  const server = await startApiServer();
  defer(() => server.stop());
  for (const whose of order) {
    if (whose === 'ours') await server.kubectl(['apply', '--server-side', '-f', crds]);
    else await feed(server, NEIGHBOURS.map(neighbourCrd), 'create');
    await server.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  }
  const theirs = NEIGHBOURS.map(({ group, kind, versions }) => ({
    apiVersion: `${group}/${versions[0]}`,
    kind,
    metadata: { name: THEIRS },
  }));
  await feed(server, [...Object.values(OBJECTS), ...theirs], '-n', NAMESPACE, 'create');
  return server;
}

async function findsOurs(server: ApiServer, command: string): Promise<void> {
  const [verb = '', resource = ''] = command.split(' ');
  const args = FLAGS[verb] ?? expect.fail(`${command}: say in FLAGS how it is tried`);
  const answer = await server.kubectl(['-n', NAMESPACE, verb, ...args(resource)]);
  expect(answer, command).not.toContain(THEIRS);
  expect(answer, command).toContain('sallyport.dev');
  expect(answer, command).toContain(resource === 'sallyport' ? nameOf('mcpserver') : nameOf(resource));
}

const ORDERS = [
  ['theirs were there first', ['theirs', 'ours']],
  ['ours were there first', ['ours', 'theirs']],
] as const;
const servers = new Map<string, ApiServer>();

beforeAll(async () => {
  await Promise.all(ORDERS.map(async ([name, order]) => servers.set(name, await install(order))));
}, 120_000);

describe.each(ORDERS)('where %s', (name) => {
  const kubectl = (...args: string[]): Promise<string> =>
    servers.get(name)?.kubectl(['-n', NAMESPACE, ...args]) ?? expect.fail('no server');

  it('the kind alone is theirs, or this says nothing', async () => {
    for (const word of ['mcpserver', 'approvalrequests']) {
      expect(await kubectl('get', word, '-o', 'name'), word).toContain(`/${THEIRS}`);
    }
  });

  it('what is printed finds ours, and nothing else', async () => {
    expect(COMMANDS.length).toBeGreaterThan(6);
    const server = servers.get(name) ?? expect.fail('no server');
    await Promise.all(COMMANDS.map((command) => findsOurs(server, command)));
  }, 30_000);

  it('the short name is ours', async () => {
    expect((await kubectl('get', 'smcp', '-o', 'name')).trim()).toBe('mcpserver.sallyport.dev/complete-run');
  });
});
