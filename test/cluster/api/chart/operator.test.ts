/** The operator with the configuration and the rights that the chart gives it, and nothing else. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { freePort } from '../../../support/ports.ts';
import { BUILD_LIMIT_MS, CHART, ChartCluster, NAMESPACE, OPERATOR, RELEASE } from './release.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const EXAMPLES = join(ROOT, 'examples/kubernetes');
const DEMO = 'mcp-demo';
const LEASE_RENEWAL_MS = 3_000;

let cluster: ChartCluster;
let operator: ChildProcess;
let metricsPort = 0;
let log = '';
const folder = mkdtempSync(join(tmpdir(), 'sallyport-chart-'));

beforeAll(async () => {
  cluster = await ChartCluster.start();
  // Before the chart, whose webhooks would want to be asked: nothing leads from here to a Service.
  for (const file of ['namespace', 'clients', 'mcpserver', 'policypack', 'run']) {
    await cluster.kubectl('apply', '--server-side', '-f', join(EXAMPLES, `${file}.yaml`));
  }
  await cluster.install();
  operator = await start();
}, BUILD_LIMIT_MS);
afterAll(async () => {
  await stop();
  await cluster?.server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<ChildProcess> {
  const { data } = await cluster.get<{ data: Record<string, string> }>(
    'configmap',
    'sallyport-operator',
    '-n',
    NAMESPACE,
  );
  metricsPort = await freePort();
  const ports = { webhook: await freePort(), sidecars: await freePort(), metrics: metricsPort };
  const config = join(folder, 'operator.yaml');
  writeFileSync(config, (data['operator.yaml'] ?? '').replace(/ports: .*/, `ports: ${JSON.stringify(ports)}`));
  // RBAC knows a ServiceAccount by this name, however it has proven it.
  const kubeconfig = await cluster.server.userKubeconfig(OPERATOR);
  const args = [join(ROOT, 'operator/main.ts'), '--config', config, '--kubeconfig', kubeconfig];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return child;
}

async function stop(): Promise<void> {
  if (operator === undefined || operator.exitCode !== null || operator.signalCode !== null) return;
  operator.kill('SIGTERM');
  await once(operator, 'exit');
}

it('becomes ready', async () => {
  await eventually(
    'ready',
    async () => (await fetch(`http://127.0.0.1:${metricsPort}/readyz`).catch(() => undefined))?.ok,
    20_000,
  ).catch((error: unknown) => expect.fail(`${String(error)}\n${log}`));
});

it('leads, has certificates, and gives them to its webhooks', async () => {
  await eventually('caBundle in both configurations', async () => {
    const { items } = await cluster.get<{ items: { webhooks: { clientConfig: { caBundle?: string } }[] }[] }>(
      'mutatingwebhookconfigurations,validatingwebhookconfigurations',
    );
    return items.flatMap(({ webhooks }) => webhooks).every(({ clientConfig }) => clientConfig.caBundle !== undefined);
  });
  const lease = await cluster.get<{ spec: object }>('lease', 'sallyport-operator', '-n', NAMESPACE);
  expect(lease.spec).toHaveProperty('holderIdentity');
  const secret = await cluster.get<{ data: object }>('secret', 'sallyport-operator-tls', '-n', NAMESPACE);
  expect(Object.keys(secret.data)).toEqual(expect.arrayContaining(['ca.crt', 'tls.crt', 'tls.key']));
});

it.each([
  ['service', 'everything'],
  ['configmap', 'sallyport-policy-everything'],
  ['service', 'everything-run'],
  ['deployment', 'everything-run'],
])('makes the %s %s for the examples', async (kind, name) => {
  await eventually(`${kind} ${name}`, async () =>
    (await cluster.kubectl('get', kind, name, '-n', DEMO, '--ignore-not-found', '-o', 'name')).includes(name),
  );
});

it('says how they are', async () => {
  const server = await eventually('a status of the server', async () => {
    const found = await cluster.get<{ status?: { conditions?: { type: string; reason: string }[] } }>(
      'mcpserver',
      'everything',
      '-n',
      DEMO,
    );
    return found.status?.conditions;
  });
  expect(server.find(({ type }) => type === 'Injected')?.reason).toBe('NoPods');
  const pack = await eventually('a status of the pack', async () => {
    const found = await cluster.get<{ status?: { servers?: { count: number } } }>(
      'policypack',
      'everything',
      '-n',
      DEMO,
    );
    return found.status?.servers;
  });
  expect(pack.count).toBe(2);
  await eventually('events', async () =>
    (await cluster.kubectl('get', 'events', '-n', DEMO)).includes('mcpserver/everything'),
  );
});

it('met no right that it lacks, and no error', () => {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.filter((line) => /forbidden|"status":403/i.test(line))).toEqual([]);
  expect(lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
});

it('leaves an upgrade and an uninstall to helm', async () => {
  await cluster.helm(['upgrade', RELEASE, CHART], { replicas: 3 });
  // While it still runs, as it does until its pods have ended: without its rights it makes nothing anew.
  await cluster.uninstall();
  await sleep(LEASE_RENEWAL_MS);
  await stop();
  const left = await cluster.kubectl('get', 'secret,lease,configmap,deployment,service', '-n', NAMESPACE, '-o', 'name');
  expect(left).toBe('');
});
