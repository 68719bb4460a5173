/**
 * Workloads as kubelets and controllers run them. A server that is a Job: it serves a client, ends, and its pod is done; the gate holds
 * up neither end, and what it recorded is whole, up to the record that closes the log. An autoscaler. An image that nobody can fetch.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CLI } from '../../support/cli.ts';
import { textOf } from '../../support/clients.ts';
import { eventually } from '../../support/eventually.ts';
import { kubectl } from '../api-server.ts';
import { helm } from '../helm.ts';
import { run } from '../support/command.ts';
import { serviceFetch } from '../support/service-fetch.ts';

const NAMESPACE = 'workloads';
const ROOT_NAMESPACE = 'sallyport-system';
const CHARTS = join(import.meta.dirname, '..', '..', '..', 'charts');
const IMAGE = 'ghcr.io/sallyport/examples-mcp-servers:0.1.0';
const LABELS = { app: 'batch' };
/** From the first request to the end of the server: a client connects and calls in that time. */
const WORK_MS = 8_000;
/** What a gate waits elsewhere, from the beginning of its draining to SIGTERM. */
const DRAIN_DELAY_MS = 5_000;

/** The official server on loopback alone, which ends by itself a while after it was asked for the first time. */
const PRELOAD = `
  import http from 'node:http';
  import net from 'node:net';
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (port, done) { return listen.call(this, Number(port), '127.0.0.1', done); };
  const { emit } = http.Server.prototype;
  let asked = false;
  http.Server.prototype.emit = function (event, ...rest) {
    if (event === 'request' && !asked) {
      asked = true;
      setTimeout(() => process.exit(0), ${WORK_MS});
    }
    return emit.call(this, event, ...rest);
  };
`;

const ledger = (spec: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'batch' },
  spec: {
    backoffLimit: 0,
    template: {
      metadata: { labels: LABELS },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        ...spec,
        containers: [
          {
            name: 'server',
            image: IMAGE,
            imagePullPolicy: 'IfNotPresent',
            command: ['node', '--import', '/preload/end.mjs', '/srv/everything/dist/index.js', 'streamableHttp'],
            env: [{ name: 'PORT', value: '3001' }],
            ports: [{ name: 'mcp', containerPort: 3001 }],
            volumeMounts: [{ name: 'preload', mountPath: '/preload', readOnly: true }],
          },
        ],
        volumes: [{ name: 'preload', configMap: { name: 'preload' } }],
      },
    },
  },
});
const objects = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'preload' }, data: { 'end.mjs': PRELOAD } },
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'batch' },
    spec: { workload: { selector: { matchLabels: LABELS }, port: 'mcp' }, access: { anonymous: true } },
  },
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: 'batch' },
    spec: { tools: [{ names: ['echo'], effect: 'Allow' }] },
  },
];

const kubeconfig = inject('nodeKubeconfig');
const k = (args: readonly string[], input?: object): Promise<string> =>
  kubectl(kubeconfig, ['-n', NAMESPACE, ...args], input === undefined ? undefined : JSON.stringify(input));
const folder = mkdtempSync(join(tmpdir(), 'sallyport-jobs-'));
let network: ReturnType<typeof serviceFetch>;

function install(name: string, values: object): Promise<string> {
  const chart = join(CHARTS, name);
  const args = ['upgrade', '--install', name, chart, '-n', ROOT_NAMESPACE, '--create-namespace', '--wait', '-f', '-'];
  return helm(kubeconfig, args, JSON.stringify(values));
}

beforeAll(async () => {
  await install('sallyport-crds', {});
  await install('sallyport', { sidecar: { auditToStdout: true } });
  await k(['create', 'namespace', NAMESPACE]);
  await k(['label', 'namespace', NAMESPACE, 'sallyport.dev/injection=enabled']);
  const dns = await k(['-n', 'kube-system', 'get', 'service', 'kube-dns', '-o', 'jsonpath={.spec.clusterIP}']);
  network = serviceFetch(dns);
  await eventually('admission answers', () =>
    k(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: objects }).catch(() => undefined),
  );
});
afterAll(async () => {
  await network?.close();
  rmSync(folder, { recursive: true });
  await k(['delete', 'namespace', NAMESPACE, '--wait=false']).catch(() => undefined);
});

interface Ended {
  readonly name: string;
  readonly state: { readonly terminated?: { readonly exitCode: number } };
}

interface Line {
  readonly event: string;
  readonly time: string;
}

interface Served {
  readonly server: Ended;
  readonly gate: Ended;
  readonly lines: readonly Line[];
  /** From the beginning of draining to the end of the log. */
  readonly heldMs: number;
}

/** Makes the Job, calls through its gate, and waits until all of its pod has ended. */
async function serveOnce(spec: object): Promise<Served> {
  await k(['create', '-f', '-'], ledger(spec));
  await k(['wait', '--for=condition=Ready', 'mcpservers.sallyport.dev/batch', '--timeout=60s']);
  const client = new Client({ name: 'jobs', version: '1.0.0' });
  const url = new URL(`http://batch.${NAMESPACE}.svc/mcp`);
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: network.fetch }));
  const answer = client.callTool({ name: 'echo', arguments: { message: 'last orders' } });
  expect(textOf(await answer)).toBe('Echo: last orders');
  // Its stream stays open: a client that listens must not keep the pod either.
  await k(['wait', '--for=condition=complete', 'job/batch', '--timeout=60s']);
  await client.close().catch(() => undefined);
  const { items } = JSON.parse(await k(['get', 'pods', '-l', 'job-name=batch', '-o', 'json'])) as {
    items: { metadata: { name: string }; status: { containerStatuses: Ended[]; initContainerStatuses: Ended[] } }[];
  };
  const [pod] = items;
  const [server, gate] = [pod?.status.containerStatuses[0], pod?.status.initContainerStatuses[0]];
  if (pod === undefined || server === undefined || gate === undefined) throw new Error('the Job has no pod');
  const printed = (await k(['logs', pod.metadata.name, '-c', 'sallyport'])).trimEnd().split('\n');
  const draining =
    printed.find((line) => line.includes('draining: what comes is served')) ?? expect.fail('no hook was run');
  const audit = printed.filter((line) => line.includes('"stream":'));
  const lines = audit.map((line) => JSON.parse(line) as Line);
  writeFileSync(join(folder, 'audit.jsonl'), audit.map((line) => `${line}\n`).join(''));
  await k(['delete', 'job', 'batch', '--wait=true']);
  const closed = lines.find(({ event }) => event === 'close')?.time ?? '';
  return { server, gate, lines, heldMs: Date.parse(closed) - (JSON.parse(draining) as { time: number }).time };
}

test.each<[string, object]>([
  ['as Jobs are', {}],
  ['with little time to end', { terminationGracePeriodSeconds: 6 }],
])('a Job %s completes when its server has ended, and its log is whole', async (_, spec) => {
  const { server, gate, lines, heldMs } = await serveOnce(spec);
  expect(server.state.terminated).toMatchObject({ exitCode: 0 });
  expect(gate.state.terminated).toMatchObject({ exitCode: 0 });
  console.log(`the log was closed ${heldMs} ms after the gate was told to drain`);
  expect(heldMs).toBeLessThan(DRAIN_DELAY_MS);
  expect(lines).toContainEqual(expect.objectContaining({ event: 'decision', tool: 'echo', outcome: 'answered' }));
  expect(lines.map(({ event }) => event)).toContain('close');
  const verdict = await run(process.execPath, [CLI, 'audit', 'verify', join(folder, 'audit.jsonl')]);
  expect(verdict).toMatch(/^OK/m);
});

test('until a Job has its gate, the condition says what to do with it', async () => {
  await k(['label', 'namespace', NAMESPACE, 'sallyport.dev/injection-']);
  await k(['create', '-f', '-'], ledger({}));
  await eventually(
    'the command',
    async () => (await k(['get', 'mcpservers.sallyport.dev/batch', '-o', 'json'])).includes('delete job/batch'),
    60_000,
  );
  await k(['delete', 'job', 'batch', '--wait=true', '--cascade=foreground']);
  await k(['label', 'namespace', NAMESPACE, 'sallyport.dev/injection=enabled']);
});

/** Nobody measures anything here; an autoscaler keeps to its least without. */
const autoscaler = (kind: string, apiVersion: string, name: string, minReplicas: number) => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name },
  spec: { scaleTargetRef: { apiVersion, kind, name }, minReplicas, maxReplicas: 5 },
});
const running = (name: string, replicas?: number) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'MCPServer',
  metadata: { name },
  spec: {
    // Never started, so that nothing but the numbers is waited for.
    run: { image: 'registry.invalid/nothing:1', port: 3001, ...(replicas === undefined ? {} : { replicas }) },
    access: { anonymous: true },
  },
});

test.each<[string, object, object]>([
  ['the Deployment', running('free'), autoscaler('Deployment', 'apps/v1', 'free', 2)],
  ['the MCPServer', running('said', 1), autoscaler('MCPServer', 'sallyport.dev/v1alpha1', 'said', 3)],
])('an autoscaler of %s has the say', async (_, server, scaler) => {
  const { name } = (server as { metadata: { name: string } }).metadata;
  const { minReplicas } = (scaler as { spec: { minReplicas: number } }).spec;
  const replicas = (): Promise<string> => k(['get', `deployment/${name}`, '-o', 'jsonpath={.spec.replicas}']);
  await k(['create', '-f', '-'], server);
  await eventually('its Deployment', () => replicas().catch(() => undefined));
  await k(['create', '-f', '-'], scaler);
  await eventually('as many pods', async () => (await replicas()) === String(minReplicas), 60_000);
  await k(['patch', `mcpservers.sallyport.dev/${name}`, '--type=merge', '-p', '{"spec":{"run":{"args":["again"]}}}']);
  await eventually('the change', async () =>
    (await k(['get', `deployment/${name}`, '-o', 'jsonpath={..args}'])).includes('again'),
  );
  expect(await replicas()).toBe(String(minReplicas));
  await k(['delete', `mcpservers.sallyport.dev/${name}`, `hpa/${name}`]);
});

test('a gate whose image cannot be fetched is named, with the Secret that has to be there', async () => {
  const image = { repository: 'registry.invalid/sidecar', tag: '1' };
  await install('sallyport', { sidecar: { image, imagePullSecrets: ['gates'] } });
  const { metadata, spec } = ledger({}).spec.template;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lost', ...metadata }, spec };
  await eventually(
    'the new operator',
    async () => {
      await k(['delete', 'pod', 'lost', '--force', '--grace-period=0', '--ignore-not-found']);
      // The operator of before names an image that the new admission policy refuses.
      const made = await k(['create', '-o', 'yaml', '-f', '-'], pod).catch(() => '');
      return made.includes('registry.invalid/sidecar:1');
    },
    60_000,
  );
  expect(await k(['get', 'pod', 'lost', '-o', 'jsonpath={.spec.imagePullSecrets}'])).toBe('[{"name":"gates"}]');
  const said = await eventually(
    'the condition',
    async () => {
      const path = 'jsonpath={.status.conditions[?(@.type=="PolicyEnforced")].message}';
      const message = await k(['get', 'mcpservers.sallyport.dev/batch', '-o', path]);
      return message.includes('cannot be fetched') ? message : undefined;
    },
    60_000,
  );
  expect(said).toContain('the image of the gate of lost cannot be fetched: registry.invalid/sidecar:1');
  expect(said).toContain('The pod uses the Secret gates, which has to be in this namespace');
  await k(['delete', 'pod', 'lost', '--force', '--grace-period=0']);
});
