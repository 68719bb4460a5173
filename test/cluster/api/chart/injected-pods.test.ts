/** Pods that were to have a gate do not start without one, whatever became of the webhook. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, ChartCluster, NAMESPACE } from './release.ts';

const IMAGE = 'registry.example.com/gate';

let cluster: ChartCluster;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await cluster.install({
    sidecar: { image: { repository: IMAGE, tag: '2' } },
    admission: { sidecarRepositories: ['mirror.example.com/gate', 'short'] },
  });
  for (const namespace of ['labelled', 'strict', 'plain']) await cluster.kubectl('create', 'namespace', namespace);
  await cluster.kubectl('label', 'namespace', 'strict', 'sallyport.dev/on-missing-server=Refuse');
  for (const namespace of ['labelled', 'strict', NAMESPACE, 'kube-system']) {
    await cluster.kubectl('label', 'namespace', namespace, 'sallyport.dev/injection=enabled');
  }
  for (const namespace of ['labelled', 'strict', 'plain', NAMESPACE, 'kube-system']) {
    await cluster.kubectl('create', 'serviceaccount', 'default', '-n', namespace).catch(() => {});
  }
  // Nothing answers the webhook here; with it in place every pod would be refused, with the policy alone behind it gone.
  await expect(create('labelled', {})).rejects.toThrow('sallyport-injector');
  await cluster.kubectl('delete', 'mutatingwebhookconfiguration', 'sallyport-injector');
  await eventually(
    'the policy acts',
    () =>
      create('labelled', {}).then(
        () => false,
        (error: Error) => error.message.includes('ValidatingAdmissionPolicy'),
      ),
    30_000,
  );
}, BUILD_LIMIT_MS);
afterAll(() => cluster?.server.stop());

interface Pod {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly initContainers?: readonly object[];
}

function create(namespace: string, { initContainers = [], ...metadata }: Pod): Promise<string> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'server-', namespace, ...metadata },
    spec: { containers: [{ name: 'server', image: 'server:1' }], initContainers },
  };
  return cluster.server.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
}

const gate = (change: object = {}): object => ({
  name: 'sallyport',
  image: `${IMAGE}:2`,
  restartPolicy: 'Always',
  ...change,
});
const ASKS = { 'sallyport.dev/inject': 'true' };
const OUT = { 'sallyport.dev/inject': 'false' };
const SKIPPED = { 'sallyport.dev/injection-skipped': 'no MCPServer selects this pod' };

describe('a pod starts', () => {
  it.each<[which: string, namespace: string, pod: Pod]>([
    ['with its gate', 'labelled', { initContainers: [gate()] }],
    ['with its gate behind other init containers', 'labelled', { initContainers: [{ name: 'a', image: 'b' }, gate()] }],
    ['with the gate of an earlier version', 'labelled', { initContainers: [gate({ image: `${IMAGE}:1` })] }],
    ['with its gate by digest', 'labelled', { initContainers: [gate({ image: `${IMAGE}@sha256:${'a'.repeat(64)}` })] }],
    ['with its gate from the mirror', 'labelled', { initContainers: [gate({ image: 'mirror.example.com/gate:2' })] }],
    ['with its gate from a repository without a path', 'labelled', { initContainers: [gate({ image: 'short:2' })] }],
    ['that the operator left alone', 'labelled', { annotations: SKIPPED }],
    ['that opted out by annotation', 'labelled', { annotations: OUT }],
    ['that opted out where an MCPServer is needed', 'strict', { annotations: OUT }],
    ['with its gate where an MCPServer is needed', 'strict', { initContainers: [gate()] }],
    ['that opted out by label', 'labelled', { labels: OUT }],
    ['that asks for a gate and has it', 'plain', { labels: ASKS, initContainers: [gate()] }],
    ['in a namespace without the label', 'plain', {}],
    ['of the operator', NAMESPACE, {}],
    ['of the cluster itself', 'kube-system', {}],
  ])('%s', async (_, namespace, pod) => {
    expect(await create(namespace, pod)).toContain('created (server dry run)');
  });
});

describe('a pod is refused', () => {
  const missing = 'pods of the namespace labelled have a gate';
  const asked = 'this pod asks for a gate by the label';

  it.each<[which: string, namespace: string, pod: Pod, message: string]>([
    ['without its gate', 'labelled', {}, missing],
    [
      'whose gate ends before the server starts',
      'labelled',
      { initContainers: [gate({ restartPolicy: undefined })] },
      missing,
    ],
    [
      'whose gate is another image',
      'labelled',
      { initContainers: [gate({ image: 'evil.example.com/gate:2' })] },
      missing,
    ],
    ['whose gate only begins like ours', 'labelled', { initContainers: [gate({ image: `${IMAGE}-evil:2` })] }, missing],
    [
      'whose gate is of a registry that is called as ours is, with its port',
      'labelled',
      { initContainers: [gate({ image: 'short:5000/evil:2' })] },
      missing,
    ],
    ['whose gate has another name', 'labelled', { initContainers: [gate({ name: 'gate' })] }, missing],
    [
      'that was left alone where an MCPServer is needed',
      'strict',
      { annotations: SKIPPED },
      'pods of the namespace strict have a gate',
    ],
    ['that opted out in words nobody knows', 'labelled', { annotations: { 'sallyport.dev/inject': 'no' } }, missing],
    ['that asks for a gate', 'plain', { labels: ASKS }, asked],
    ['that asks for a gate and out of it', 'plain', { labels: ASKS, annotations: OUT }, asked],
    ['that asks for a gate and says it was skipped', 'labelled', { labels: ASKS, annotations: SKIPPED }, asked],
    ['that asks for a gate where none is given', 'kube-system', { labels: ASKS }, asked],
    ['that asks for a gate beside the operator', NAMESPACE, { labels: ASKS }, asked],
  ])('%s', async (_, namespace, pod, message) => {
    await expect(create(namespace, pod)).rejects.toThrow(message);
  });

  it('with the mend', async () => {
    await expect(create('labelled', {})).rejects.toThrow(
      `look whether deployment/sallyport-operator in ${NAMESPACE} is ready and the MutatingWebhookConfiguration sallyport-injector exists. To go without a gate, annotate the pod`,
    );
  });
});
