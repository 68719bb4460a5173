/** The objects of a server, whole: what is written here is what people find in their cluster. */
import { expect, test } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { cachesWith, mcpServer } from '../testing/gen.ts';
import { desiredDeployment, desiredObjects, desiredPolicyConfigMap, desiredService, policyData } from './desired.ts';
import { ownedKinds } from './owned-kinds.ts';

const owner = mcpServer({ uid: 'uid' });
const metadata = (name: string, server = 'ledger') => ({
  name,
  namespace: 'finance',
  labels: { 'app.kubernetes.io/managed-by': 'sallyport', 'sallyport.dev/server': server },
  ownerReferences: [
    {
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'MCPServer',
      name: server,
      uid: 'uid',
      controller: true,
      blockOwnerDeletion: true,
    },
  ],
});

test('the Service leads to the gate by its number', () => {
  expect(desiredService(owner, 'ledger', { app: 'ledger' })).toEqual({
    metadata: metadata('ledger'),
    spec: {
      type: 'ClusterIP',
      selector: { app: 'ledger' },
      ipFamilyPolicy: 'PreferDualStack',
      sessionAffinity: 'None',
      ports: [{ name: 'mcp', port: 80, targetPort: 8484, protocol: 'TCP', appProtocol: 'http' }],
    },
  });
});

test('the Service of a server that clients come to by TLS says so', () => {
  const tls = mcpServer({ spec: { access: { tls: { secretName: 'ledger-tls' } } } });
  expect(desiredService(tls, 'ledger', { app: 'ledger' })).toMatchObject({
    spec: { ports: [{ name: 'mcp', port: 443, targetPort: 8484, appProtocol: 'https' }] },
  });
  const service = { create: true, ports: [{ name: 'web', port: 8080 }] };
  expect(desiredService(tls, 'ledger', {}, service)).toMatchObject({
    spec: { ports: [{ port: 8080, appProtocol: 'https' }] },
  });
});

test('the Service has the ports and the affinity that are asked for, each of them to the gate', () => {
  const service = { create: true, sessionAffinity: 'ClientIP' as const, ports: [{ name: 'web', port: 8080 }] };
  expect(desiredService(owner, 'front', { app: 'ledger' }, service)).toMatchObject({
    metadata: { name: 'front' },
    spec: { sessionAffinity: 'ClientIP', ports: [{ name: 'web', port: 8080, targetPort: 8484 }] },
  });
});

test('a second MCP port has a port of the Service of its own, which leads to where the gate listens for it', () => {
  const workload = { port: 9000, ports: [{ name: 'admin', port: 9001 }] };
  const two = { ...owner, spec: { workload: { ...workload, selector: { matchLabels: { app: 'ledger' } } } } };
  const ports = (service?: Parameters<typeof desiredService>[3]) =>
    (desiredService(two, 'ledger', { app: 'ledger' }, service) as { spec?: { ports: object[] } }).spec?.ports;
  expect(ports()).toMatchObject([
    { name: 'mcp', port: 80, targetPort: 8484 },
    { name: 'admin', port: 81, targetPort: 8487 },
  ]);
  const asked = [
    { name: 'admin', port: 9001 },
    { name: 'web', port: 8080 },
  ];
  expect(ports({ create: true, ports: asked })).toMatchObject([
    { name: 'admin', port: 9001, targetPort: 8487 },
    { name: 'web', port: 8080, targetPort: 8484 },
  ]);
});

test('the ConfigMap holds the policy and what to trust the operator by', () => {
  expect(desiredPolicyConfigMap(owner, policyData({ 'bundle.json': '{}' }, 'PEM'))).toEqual({
    metadata: metadata('sallyport-policy-ledger'),
    data: { 'bundle.json': '{}', 'operator-ca.crt': 'PEM' },
  });
});

function deploymentOf(run: object) {
  const wiki = { ...mcpServer({ name: 'wiki', uid: 'uid' }), spec: { run: { image: 'wiki:1', port: 9000, ...run } } };
  const parsed = mcpServerSchema.parse(wiki).spec.run;
  if (parsed === undefined) throw new Error('no run');
  return desiredDeployment(wiki, parsed);
}

test('the Deployment of an image: restricted, without a token, and with pods that must carry a gate', () => {
  const labels = {
    'app.kubernetes.io/name': 'wiki',
    'sallyport.dev/server': 'wiki',
    'app.kubernetes.io/managed-by': 'sallyport',
    'sallyport.dev/inject': 'true',
  };
  expect(deploymentOf({})).toEqual({
    metadata: metadata('wiki', 'wiki'),
    spec: {
      selector: { matchLabels: { 'sallyport.dev/server': 'wiki' } },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'server',
              image: 'wiki:1',
              ports: [{ name: 'mcp', containerPort: 9000, protocol: 'TCP' }],
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
                runAsNonRoot: true,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              terminationMessagePolicy: 'FallbackToLogsOnError',
            },
          ],
        },
      },
    },
  });
});

test('everything that can be said of an image reaches its pods', () => {
  const run = {
    command: ['node'],
    args: ['x.js'],
    env: [{ name: 'A', value: 'b' }],
    replicas: 3,
    resources: { limits: { memory: '128Mi' } },
    serviceAccountName: 'wiki',
    imagePullPolicy: 'Always',
    imagePullSecrets: [{ name: 'registry' }],
  };
  const { command, args, env, resources, imagePullPolicy } = run;
  expect(deploymentOf(run)).toMatchObject({
    spec: {
      replicas: 3,
      template: {
        spec: {
          serviceAccountName: 'wiki',
          automountServiceAccountToken: true,
          imagePullSecrets: [{ name: 'registry' }],
          containers: [{ command, args, env, resources, imagePullPolicy }],
        },
      },
    },
  });
});

test.each([
  ['pods that are there: a Service', {}, ['Service ledger']],
  [
    'an image: a Service and a Deployment',
    { workload: undefined, run: { image: 'x', port: 1 } },
    ['Service ledger', 'Deployment ledger'],
  ],
  ['a URL: nothing', { workload: undefined, remote: { url: 'http://x/mcp' } }, []],
])('a server by %s', (_, spec, expected) => {
  const server = mcpServer({ uid: 'uid', spec });
  const parsed = mcpServerSchema.parse(JSON.parse(JSON.stringify(server)));
  const objects = desiredObjects(server, parsed, ownedKinds(cachesWith(), true));
  expect(objects.map(({ kind, object }) => `${kind.resource.kind} ${object.metadata.name}`)).toEqual(expected);
});
