/** That the node the other tests rely on does what a node does. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { kubectl } from '../api-server.ts';
import { IMAGE } from '../images.ts';

const NAMESPACE = 'node-smoke';
const READY_LIMIT_MS = 60_000;
/** Not the operator's: with the chart installed, that one is for gates alone. */
const AUDIENCE = 'https://smoke.example';

const cluster = (args: readonly string[], input?: string): Promise<string> =>
  kubectl(inject('nodeKubeconfig'), args, input);
const own = (...args: string[]): Promise<string> => cluster(['--namespace', NAMESPACE, ...args]);

const labels = { app: 'fixture' };
const objects = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' }, data: { note: 'first' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'fixture' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 'mcp' }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'fixture', labels },
    spec: {
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'server',
          image: IMAGE.mcpServers,
          ports: [{ name: 'mcp', containerPort: 3001 }],
          readinessProbe: { tcpSocket: { port: 'mcp' }, periodSeconds: 1 },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [
            { name: 'notes', mountPath: '/notes' },
            { name: 'token', mountPath: '/token' },
          ],
        },
      ],
      volumes: [
        { name: 'notes', configMap: { name: 'notes' } },
        {
          name: 'token',
          projected: { sources: [{ serviceAccountToken: { path: 'token', audience: AUDIENCE } }] },
        },
      ],
    },
  },
];

beforeAll(async () => {
  await cluster(['create', 'namespace', NAMESPACE]);
  // The ServiceAccount of a namespace is made a moment after it.
  await eventually('the namespace is complete', () => own('get', 'serviceaccount', 'default').catch(() => undefined));
  await cluster(
    ['--namespace', NAMESPACE, 'apply', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  );
  await own('wait', '--for=condition=Ready', 'pod/fixture', `--timeout=${READY_LIMIT_MS / 1000}s`);
});
afterAll(() => cluster(['delete', 'namespace', NAMESPACE, '--wait=false']));

describe('a pod with a restricted security context is ready, and', () => {
  it('its Service is reached from this machine; what reached it is in its log', async () => {
    const address = await own('get', 'service', 'fixture', '-o', 'jsonpath={.spec.clusterIP}');
    const answered = await eventually('the Service answers', () =>
      fetch(`http://${address}/mcp?hello`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined),
    );
    expect(answered.status).toBeGreaterThanOrEqual(400);
    expect(await own('logs', 'fixture')).toContain('"method":"GET"');
  });

  it('it finds Services by name', async () => {
    const program =
      'require("dns").promises.lookup("fixture.node-smoke.svc").then((found) => console.log(found.address))';
    const address = await own('get', 'service', 'fixture', '-o', 'jsonpath={.spec.clusterIP}');
    expect((await own('exec', 'fixture', '--', 'node', '-e', program)).trim()).toBe(address);
  });

  it('a changed ConfigMap is in its file at once when the pod is touched', async () => {
    const note = (): Promise<string> => own('exec', 'fixture', '--', 'cat', '/notes/note');
    expect(await note()).toBe('first');
    await own('patch', 'configmap', 'notes', '--patch', '{"data":{"note":"second"}}');
    await own('annotate', 'pod', 'fixture', 'touched=2');
    const patched = performance.now();
    await eventually('the file changes', async () => (await note()) === 'second');
    // Without the touch it would take the kubelet a minute.
    expect(performance.now() - patched).toBeLessThan(8000);
  });

  it('the API server tells from its projected token which pod it is', async () => {
    const token = await own('exec', 'fixture', '--', 'cat', '/token/token');
    const review = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [AUDIENCE] },
    };
    const answer = await cluster(['create', '-o', 'json', '-f', '-'], JSON.stringify(review));
    expect(JSON.parse(answer)).toMatchObject({
      status: {
        authenticated: true,
        user: {
          username: `system:serviceaccount:${NAMESPACE}:default`,
          extra: { 'authentication.kubernetes.io/pod-name': ['fixture'] },
        },
      },
    });
  });
});
