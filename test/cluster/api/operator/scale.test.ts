/** `kubectl scale` and autoscalers, on a real API server: who says how many pods a server of `spec.run` has. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { KubeObject, Ref } from '../../../../operator/kit/resource.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';
import { Bench, soon } from './bench.ts';

let operator: TestOperator;
let on: Bench;
const KIND = 'mcpservers.sallyport.dev';

beforeAll(async () => {
  const kubeconfig = inject('apiServerKubeconfig');
  const root = `root-${Date.now().toString(36)}-scale`;
  const client = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig });
  await client.create(RESOURCES.Namespace, { metadata: { name: root } });
  await client.close();
  operator = await startOperator(kubeconfig, root);
  on = new Bench(operator.client, kubeconfig);
});
afterAll(async () => operator?.stop());

async function running(run: object = {}): Promise<Ref> {
  const namespace = await on.namespace();
  const ref = await on.server(namespace, 'wiki', { workload: undefined, run: { image: 'wiki:1', port: 9000, ...run } });
  await soon(() => operator.client.get(RESOURCES.Deployment, ref));
  return ref;
}

async function replicas(ref: Ref): Promise<unknown> {
  const { spec } = (await operator.client.get(RESOURCES.Deployment, ref)) as KubeObject & { spec: object };
  return (spec as { replicas?: unknown }).replicas;
}

const kubectl = ({ namespace = '' }: Ref, ...args: string[]) => on.kubectl(['-n', namespace, ...args]);

/** A change of the template, which the operator has to write: after it, it has looked at all of the Deployment. */
async function changeImage(ref: Ref, image: string): Promise<void> {
  await operator.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { run: { image } } });
  await soon(async () => {
    const { spec } = (await operator.client.get(RESOURCES.Deployment, ref)) as KubeObject & { spec: object };
    expect(spec).toMatchObject({ template: { spec: { containers: [{ image }] } } });
  });
}

describe('without run.replicas', () => {
  test('there is one pod at first, and whoever scales the Deployment has the say', async () => {
    const ref = await running();
    expect(await replicas(ref)).toBe(1);
    await kubectl(ref, 'scale', 'deployment/wiki', '--replicas=3');
    await changeImage(ref, 'wiki:2');
    expect(await replicas(ref)).toBe(3);
    await kubectl(ref, 'scale', 'deployment/wiki', '--replicas=0');
    await changeImage(ref, 'wiki:3');
    expect(await replicas(ref)).toBe(0);
  });

  test('a field that is taken out leaves as many pods as there are, and lets others scale', async () => {
    const ref = await running({ replicas: 4 });
    expect(await replicas(ref)).toBe(4);
    await operator.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { run: { replicas: null } } });
    await changeImage(ref, 'wiki:2');
    expect(await replicas(ref)).toBe(4);
    await kubectl(ref, 'scale', 'deployment/wiki', '--replicas=6');
    await changeImage(ref, 'wiki:3');
    expect(await replicas(ref)).toBe(6);
    await operator.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { run: { replicas: 2 } } });
    await soon(async () => expect(await replicas(ref)).toBe(2));
  });
});

describe('with run.replicas', () => {
  test('kubectl scale of the MCPServer writes the field, and the Deployment follows', async () => {
    const ref = await running({ replicas: 1 });
    await kubectl(ref, 'scale', `${KIND}/wiki`, '--replicas=5', '--current-replicas=1');
    await soon(async () => expect(await replicas(ref)).toBe(5));
    await kubectl(ref, 'scale', 'deployment/wiki', '--replicas=9');
    await soon(async () => expect(await replicas(ref)).toBe(5));
  });

  test('an autoscaler finds in /scale what it needs: how many there are, how many are wanted, and which pods', async () => {
    const ref = await running({ replicas: 2 });
    await on.pod(ref.namespace ?? '', { labels: { 'sallyport.dev/server': 'wiki' } });
    await soon(async () => {
      const scale = await kubectl(ref, 'get', `${KIND}/wiki`, '--subresource=scale', '-o', 'json');
      expect(JSON.parse(scale)).toMatchObject({
        spec: { replicas: 2 },
        status: { replicas: 1, selector: 'sallyport.dev/server=wiki' },
      });
    });
    // As the controller of HorizontalPodAutoscalers writes it (k8s.io/client-go/scale): an update of the subresource.
    const scale = await kubectl(ref, 'get', `${KIND}/wiki`, '--subresource=scale', '-o', 'json');
    const wanted = { ...(JSON.parse(scale) as object), spec: { replicas: 7 } };
    await on.kubectl(['replace', '--raw', rawScale(ref), '-f', '-'], wanted);
    await soon(async () => expect(await replicas(ref)).toBe(7));
  });

  test('more than there may be is refused, and a server whose pods others run cannot be scaled', async () => {
    const ref = await running({ replicas: 1 });
    await expect(kubectl(ref, 'scale', `${KIND}/wiki`, '--replicas=101')).rejects.toThrow('less than or equal to 100');
    await on.server(ref.namespace ?? '', 'ledger');
    await expect(kubectl(ref, 'scale', `${KIND}/ledger`, '--replicas=2')).rejects.toThrow('spec.run');
  });
});

function rawScale({ namespace, name }: Ref): string {
  return `/apis/sallyport.dev/v1alpha1/namespaces/${namespace}/mcpservers/${name}/scale`;
}
