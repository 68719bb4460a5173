/** At which Service a gate is reached, on a real API server: a Service of the operator's, or one that a team has already. */
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { ANNOTATION } from '../../../../operator/names.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';

let operator: TestOperator;
let ns: string;

beforeAll(async () => {
  const kubeconfig = inject('apiServerKubeconfig');
  const client = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig });
  const root = `services-${Date.now().toString(36)}`;
  ns = `${root}-team`;
  for (const name of [root, ns]) await client.create(RESOURCES.Namespace, { metadata: { name } });
  await client.close();
  operator = await startOperator(kubeconfig, root);
});

afterAll(async () => operator.stop());

const soon = <T>(check: () => Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 10_000, interval: 20 });

async function server(name: string, spec: object): Promise<void> {
  const workload = { selector: { matchLabels: { app: name } }, port: 'mcp' };
  await operator.client.create(CUSTOM_RESOURCES.MCPServer, {
    metadata: { namespace: ns, name },
    spec: { workload, ...spec },
  });
}

async function statusOf(name: string) {
  const { status } = await operator.client.get(CUSTOM_RESOURCES.MCPServer, { namespace: ns, name });
  return status as { endpoint?: string; conditions?: { type: string; reason: string; message: string }[] } | undefined;
}

const ready = async (name: string) => (await statusOf(name))?.conditions?.find(({ type }) => type === 'Ready');

/** As a team has it that knows nothing of gates. */
async function service(name: string, targetPort: number | string, app = name): Promise<void> {
  const spec = { selector: { app }, ports: [{ name: 'http', port: 8080, targetPort }] };
  await operator.client.create(RESOURCES.Service, { metadata: { namespace: ns, name }, spec });
}

/** As injection leaves it behind. */
async function pod(app: string): Promise<void> {
  const moved = [{ container: 'app', port: 9000, name: 'mcp' }];
  const record = { version: '0', image: 'x', settings: 'x', container: 'app', port: 9000, moved };
  const annotations = { [ANNOTATION.server]: app, [ANNOTATION.injected]: JSON.stringify(record) };
  await operator.client.create(RESOURCES.ServiceAccount, { metadata: { namespace: ns, name: app } });
  await operator.client.create(RESOURCES.Pod, {
    metadata: { namespace: ns, name: app, labels: { app }, annotations },
    spec: {
      serviceAccountName: app,
      automountServiceAccountToken: false,
      containers: [{ name: 'app', image: 'x', ports: [{ containerPort: 9000 }] }],
      initContainers: [
        { name: 'sallyport', image: 'x', restartPolicy: 'Always', ports: [{ name: 'mcp', containerPort: 8484 }] },
      ],
    },
  });
}

test('a Service that is there and leads to the gate by the name of the port is used, and stays as it is', async () => {
  await service('ledger', 'mcp');
  await server('ledger', {});
  await pod('ledger');
  await soon(async () => expect((await statusOf('ledger'))?.endpoint).toBe(`http://ledger.${ns}.svc:8080/mcp`));
  expect((await ready('ledger'))?.reason).not.toBe('ServiceNameTaken');
  const { metadata, spec } = await operator.client.get(RESOURCES.Service, { namespace: ns, name: 'ledger' });
  expect(metadata.ownerReferences).toBeUndefined();
  expect(spec).toMatchObject({ ports: [{ port: 8080, targetPort: 'mcp' }] });
});

test('one of another name is named; the Host of its clients is served; what is missing is said', async () => {
  await server('wiki', { service: { name: 'front', create: false } });
  await pod('wiki');
  await soon(async () => expect((await ready('wiki'))?.reason).toBe('ServiceMissing'));
  await service('front', 9000, 'wiki');
  await soon(async () => expect((await ready('wiki'))?.message).toMatch(/Service front is there .* around the gate/));
  await operator.client.mergePatch(
    RESOURCES.Service,
    { namespace: ns, name: 'front' },
    { spec: { ports: [{ name: 'http', port: 8080, targetPort: 'mcp' }] } },
  );
  await soon(async () => expect((await statusOf('wiki'))?.endpoint).toBe(`http://front.${ns}.svc:8080/mcp`));
  const policy = { namespace: ns, name: 'sallyport-policy-wiki' };
  expect(JSON.stringify((await operator.client.get(RESOURCES.ConfigMap, policy)).data)).toContain(`front.${ns}.svc`);
  expect(await operator.client.find(RESOURCES.Service, { namespace: ns, name: 'wiki' })).toBeUndefined();
});

test("the operator's own has the name, ports and affinity that are asked for, and goes when it has another name", async () => {
  const ports = [
    { name: 'mcp', port: 8080 },
    { name: 'web', port: 80 },
  ];
  await server('search', { service: { name: 'old', sessionAffinity: 'ClientIP', ports } });
  const old = await soon(() => operator.client.get(RESOURCES.Service, { namespace: ns, name: 'old' }));
  expect(old.spec).toMatchObject({
    sessionAffinity: 'ClientIP',
    ipFamilyPolicy: 'PreferDualStack',
    ipFamilies: ['IPv4', 'IPv6'],
    ports: [
      { name: 'mcp', port: 8080, targetPort: 8484 },
      { name: 'web', port: 80, targetPort: 8484 },
    ],
  });
  const ref = { namespace: ns, name: 'search' };
  await operator.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { service: { name: 'new' } } });
  await soon(async () => {
    await operator.client.get(RESOURCES.Service, { namespace: ns, name: 'new' });
    expect(await operator.client.find(RESOURCES.Service, { namespace: ns, name: 'old' })).toBeUndefined();
  });
});

test('what says nothing is refused by the API server itself', async () => {
  await expect(server('a', { service: { create: false, sessionAffinity: 'None' } })).rejects.toThrow(
    /sessionAffinity says nothing/,
  );
  const twice = [
    { name: 'a', port: 80 },
    { name: 'b', port: 80 },
  ];
  await expect(server('b', { service: { ports: twice } })).rejects.toThrow(/two entries of one port/);
  await expect(server('c', { workload: undefined, remote: { url: 'http://x/mcp' }, service: {} })).rejects.toThrow(
    /service is for a server with pods/,
  );
});

test.each([
  ['/mcp', [{ path: '/MCP/x' }], /at or below the MCP endpoint/],
  ['/rpc/', [{ path: '/Rpc' }], /at or below the MCP endpoint/],
  ['/', [{ path: '/metrics' }], /at or below the MCP endpoint/],
  ['/%6Dcp', [{ path: '/metrics' }], /stands beside a path of MCP/],
  ['/mcp', [{ path: '/a/../mcp' }], /is not a plain path|should match/],
  ['/mcp', [{ path: '/metrics', methods: ['POST'] }], /Unsupported value: "POST"/],
])('nothing passes beside MCP at %s that could be it: %j', async (path, passthrough, why) => {
  const workload = { selector: { matchLabels: { app: 'd' } }, port: 'mcp', path, passthrough };
  await expect(server('d', { workload })).rejects.toThrow(why);
});

test('a path that is none of MCP passes, with its defaults', async () => {
  const passthrough = [{ path: '/metrics' }];
  await server('e', { workload: { selector: { matchLabels: { app: 'e' } }, port: 'mcp', path: '/rpc', passthrough } });
  const { spec } = await operator.client.get(CUSTOM_RESOURCES.MCPServer, { namespace: ns, name: 'e' });
  expect(spec).toMatchObject({
    workload: { passthrough: [{ path: '/metrics', methods: ['GET', 'HEAD'], anonymous: false }] },
  });
});
