/**
 * What runs the pods of a server, by `targetRef`, as controllers run it: a StatefulSet whose pods have two MCP ports, in a namespace where
 * nothing starts without a gate, and an object of another project's kind with the Deployment that its controller makes.
 */
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { textOf } from '../../support/clients.ts';
import { eventually } from '../../support/eventually.ts';
import { kubectl } from '../api-server.ts';
import { helm } from '../helm.ts';
import { serviceFetch } from '../support/service-fetch.ts';
import { asMadeBy, targetCrd } from '../target-kinds.ts';

const NAMESPACE = 'targets';
const ROOT_NAMESPACE = 'sallyport-system';
const CHARTS = join(import.meta.dirname, '..', '..', '..', 'charts');
const IMAGE = 'ghcr.io/sallyport/examples-mcp-servers:0.1.0';
const KMCP = 'kagent.dev';
const LIMIT_MS = 90_000;

/** The official server, on loopback alone. */
const PRELOAD = `
  import net from 'node:net';
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (port, done) { return listen.call(this, Number(port), '127.0.0.1', done); };
`;
const preload = { name: 'preload', configMap: { name: 'preload' } };
const server = (port: number) => ({
  image: IMAGE,
  imagePullPolicy: 'IfNotPresent',
  command: ['node', '--import', '/preload/loopback.mjs', '/srv/everything/dist/index.js', 'streamableHttp'],
  env: [{ name: 'PORT', value: String(port) }],
  volumeMounts: [{ name: 'preload', mountPath: '/preload', readOnly: true }],
});

const statefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'ledger' },
  spec: {
    serviceName: 'ledger-pods',
    selector: { matchLabels: { app: 'ledger' } },
    template: {
      metadata: { labels: { app: 'ledger' } },
      spec: {
        terminationGracePeriodSeconds: 2,
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'books',
            ...server(3001),
            ports: [{ name: 'mcp', containerPort: 3001 }],
            readinessProbe: { tcpSocket: { port: 'mcp' }, periodSeconds: 1 },
          },
          {
            name: 'admin',
            ...server(3002),
            ports: [{ name: 'mcp-admin', containerPort: 3002 }],
            readinessProbe: { tcpSocket: { port: 'mcp-admin' }, periodSeconds: 1 },
          },
        ],
        volumes: [preload],
      },
    },
  },
};

const mcpServer = (name: string, workload: object) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'MCPServer',
  metadata: { name },
  spec: { workload, access: { anonymous: true }, service: { name: `${name}-gate` } },
});
const target = (name: string) => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', name });
const workload = { port: 'mcp', ports: [{ name: 'admin', port: 'mcp-admin' }] };

const kubeconfig = inject('nodeKubeconfig');
const k = (args: readonly string[], input?: object): Promise<string> =>
  kubectl(kubeconfig, ['-n', NAMESPACE, ...args], input === undefined ? undefined : JSON.stringify(input));
const apply = (object: object): Promise<string> => k(['apply', '-f', '-'], object);
let network: ReturnType<typeof serviceFetch>;

function install(name: string, values: object): Promise<string> {
  const chart = join(CHARTS, name);
  const args = ['upgrade', '--install', name, chart, '-n', ROOT_NAMESPACE, '--create-namespace', '--wait', '-f', '-'];
  return helm(kubeconfig, args, JSON.stringify(values));
}

beforeAll(async () => {
  await install('sallyport-crds', {});
  await install('sallyport', { adapters: [KMCP] });
  await k(['create', 'namespace', NAMESPACE]);
  await k([
    'label',
    'namespace',
    NAMESPACE,
    'sallyport.dev/injection=enabled',
    'sallyport.dev/on-missing-server=Refuse',
  ]);
  network = serviceFetch(
    await k(['-n', 'kube-system', 'get', 'service', 'kube-dns', '-o', 'jsonpath={.spec.clusterIP}']),
  );
  await apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'preload' },
    data: { 'loopback.mjs': PRELOAD },
  });
  const rules = { tools: [{ names: ['echo'], effect: 'Allow' }] };
  const pack = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: 'echo' }, spec: rules };
  await eventually('admission answers', () => apply(pack).catch(() => undefined), LIMIT_MS);
});
afterAll(async () => {
  await network?.close();
  await k(['delete', 'namespace', NAMESPACE, '--wait=false']).catch(() => undefined);
  await k(['delete', 'crd', `mcpservers.${KMCP}`, '--ignore-not-found']).catch(() => undefined);
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function condition(name: string, type: string, reason: string): Promise<Condition> {
  return eventually(
    `${type} of ${name} is ${reason}`,
    async () => {
      const object = JSON.parse(await k(['get', `mcpservers.sallyport.dev/${name}`, '-o', 'json'])) as {
        status?: { conditions?: Condition[] };
      };
      return object.status?.conditions?.find((one) => one.type === type && one.reason === reason);
    },
    LIMIT_MS,
  );
}

/** What one tool that is allowed and one that is not say. */
async function callBoth(url: string): Promise<readonly string[]> {
  const client = new Client({ name: 'targets', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch: network.fetch }));
  const texts = [
    textOf(await client.callTool({ name: 'echo', arguments: { message: url } })),
    textOf(await client.callTool({ name: 'get-env', arguments: {} })),
  ];
  await client.close();
  return texts;
}

test('a targetRef to nothing: the condition has the mend, and no pod starts without a gate', async () => {
  await apply(mcpServer('ledger', { targetRef: target('legder'), ...workload }));
  const { message } = await condition('ledger', 'Injected', 'TargetNotFound');
  expect(message).toContain(`there is no StatefulSet legder in namespace ${NAMESPACE}. Create it, or mend the name.`);
  await apply(statefulSet);
  const refused = await eventually(
    'the pod is refused',
    async () => {
      const events = await k(['get', 'events', '--field-selector', 'reason=FailedCreate', '-o', 'json']);
      return events.includes('no MCPServer of namespace') ? events : undefined;
    },
    LIMIT_MS,
  );
  expect(refused).toContain('labelled sallyport.dev/on-missing-server=Refuse');
  expect(await k(['get', 'pods', '-o', 'name'])).toBe('');
});

test('mended, the StatefulSet gets its pod, gated at both of its MCP ports', async () => {
  await apply(mcpServer('ledger', { targetRef: target('ledger'), ...workload }));
  await condition('ledger', 'Injected', 'AllPods');
  await k(['wait', '--for=condition=Ready', 'mcpservers.sallyport.dev/ledger', '--timeout=90s']);
  for (const port of [80, 81]) {
    const url = `http://ledger-gate.${NAMESPACE}.svc:${port}/mcp`;
    const [allowed, forbidden] = await eventually(url, () => callBoth(url).catch(() => undefined), LIMIT_MS);
    expect(allowed).toBe(`Echo: ${url}`);
    expect(forbidden).toContain('no rule allows');
  }
  expect(await condition('ledger', 'TrafficVerified', 'LoopbackOnly')).toMatchObject({ status: 'True' });
});

test('a Service of somebody else that goes straight to the second port is named, with the port of the gate', async () => {
  const spec = { selector: { app: 'ledger' }, ports: [{ port: 80, targetPort: 3002 }] };
  await apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shortcut' }, spec });
  const { message } = await condition('ledger', 'TrafficVerified', 'ServiceGoesAround');
  expect(message).toBe(
    'Service shortcut port 80 goes straight to port 3002 of the server; set its targetPort to mcp-admin.',
  );
  const byName = [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 'mcp-admin' }];
  await k(['patch', 'service', 'shortcut', '--type=json', '-p', JSON.stringify(byName)]);
  await condition('ledger', 'TrafficVerified', 'LoopbackOnly');
});

test('what the controller of another project makes is gated, and nothing of it is changed', async () => {
  await apply(targetCrd(KMCP));
  const at = { namespace: NAMESPACE, name: 'wiki', port: 3001 };
  const { object, deployment, service } = asMadeBy(KMCP, at, server(3001));
  const { template } = deployment.spec as { template: { spec?: object } };
  template.spec = { ...template.spec, volumes: [preload], automountServiceAccountToken: false };
  await eventually('the kind is served', () => apply(object).catch(() => undefined), LIMIT_MS);
  await apply(mcpServer('wiki', { targetRef: { apiVersion: `${KMCP}/v1alpha1`, kind: 'MCPServer', name: 'wiki' } }));
  await condition('wiki', 'Injected', 'TargetPending');
  await apply(deployment);
  await apply(service);
  await condition('wiki', 'Injected', 'AllPods');
  const url = `http://wiki-gate.${NAMESPACE}.svc/mcp`;
  const [allowed, forbidden] = await eventually(url, () => callBoth(url).catch(() => undefined), LIMIT_MS);
  expect([allowed, forbidden]).toEqual([`Echo: ${url}`, expect.stringContaining('no rule allows')]);
  // Its own Service goes by number, past the gate, and is said to.
  const { message } = await condition('wiki', 'TrafficVerified', 'ServiceGoesAround');
  expect(message).toContain('Service wiki port 3001 goes straight to port 3001 of the server');
  const generation = ['-o', 'jsonpath={.metadata.generation}'];
  expect(await k(['get', `mcpservers.${KMCP}/wiki`, ...generation])).toBe('1');
  expect(await k(['get', 'deployment/wiki', ...generation])).toBe('1');
});
