/** The controllers on a real API server. There is no kubelet here, so the tests write what a kubelet and a sidecar would. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { RawObject, Ref } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ANNOTATION, FIELD_MANAGER, POD_CONDITION, policyConfigMapName } from '../../../../operator/names.ts';
import { readBundle } from '../../../../core/policy/read-bundle.ts';
import { helm } from '../../helm.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';
import { podObject } from './bench.ts';

let operator: TestOperator;
let root: string;

beforeAll(async () => {
  const kubeconfig = inject('apiServerKubeconfig');
  root = `root-${Date.now().toString(36)}`;
  const { ApiClient } = await import('../../../../operator/kit/api-client.ts');
  const client = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig });
  await client.create(RESOURCES.Namespace, { metadata: { name: root } });
  await client.close();
  operator = await startOperator(kubeconfig, root);
});

afterAll(async () => operator.stop());

async function namespace(labels: Record<string, string> = {}): Promise<string> {
  const { metadata } = await operator.client.create(RESOURCES.Namespace, {
    metadata: { generateName: 'finance-', labels },
  });
  // Made by the controller manager elsewhere.
  await operator.client.create(RESOURCES.ServiceAccount, { metadata: { namespace: metadata.name, name: 'default' } });
  return metadata.name;
}

/** Tries until it does not throw. */
function soon<T>(check: () => Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 20 });
}

interface Conditioned {
  conditions?: { type: string; status: string; reason: string; message: string; observedGeneration: number }[];
}

function condition(object: RawObject, type: string) {
  return (object.status as Conditioned | undefined)?.conditions?.find((one) => one.type === type);
}

/** Waits for a condition to have a reason, and gives it. */
async function reason(ref: Ref, type: string, wanted: string, resource = CUSTOM_RESOURCES.MCPServer) {
  return soon(async () => {
    const found = condition(await operator.client.get(resource, ref), type);
    if (found?.reason !== wanted) throw new Error(`it is ${found?.reason}: ${found?.message}`);
    return found;
  });
}

async function server(
  ns: string,
  name = 'ledger',
  spec: object = {},
  labels: Record<string, string> = {},
): Promise<Ref> {
  await operator.client.create(CUSTOM_RESOURCES.MCPServer, {
    metadata: { namespace: ns, name, labels },
    spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' }, ...spec },
  });
  return { namespace: ns, name };
}

async function pack(ns: string, name = 'payments', spec: object = {}): Promise<Ref> {
  await operator.client.create(CUSTOM_RESOURCES.PolicyPack, {
    metadata: { namespace: ns, name },
    spec: { tools: [{ names: ['get_*'], effect: 'Allow' }], ...spec },
  });
  return { namespace: ns, name };
}

/** As the webhook makes them and a kubelet runs them. */
async function pod(ns: string, options: { gateOf?: string; name?: string; ready?: boolean } = {}): Promise<Ref> {
  const { gateOf, name = 'ledger-1', ready = true } = options;
  const record = {
    version: '0',
    image: 'x',
    settings: 'x',
    container: 'app',
    port: 9000,
    moved: [{ container: 'app', port: 9000, name: 'mcp' }],
  };
  const container = { name: 'app', image: 'ledger:1' };
  await operator.client.create(RESOURCES.Pod, {
    metadata: {
      namespace: ns,
      name,
      labels: { app: 'ledger' },
      ...(gateOf === undefined
        ? {}
        : { annotations: { [ANNOTATION.server]: gateOf, [ANNOTATION.injected]: JSON.stringify(record) } }),
    },
    spec: {
      automountServiceAccountToken: false,
      // The gate takes the name over.
      containers: [
        {
          ...container,
          ports: [gateOf === undefined ? { name: 'mcp', containerPort: 9000 } : { containerPort: 9000 }],
        },
      ],
      ...(gateOf === undefined ? {} : { initContainers: [{ name: 'sallyport', image: 'x', restartPolicy: 'Always' }] }),
    },
  });
  const ref = { namespace: ns, name };
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  await operator.client.strategicPatch(
    RESOURCES.Pod,
    ref,
    { status: { phase: 'Running', podIP: '127.0.0.1', conditions } },
    { subresource: 'status' },
  );
  return ref;
}

async function says(ref: Ref, type: string, status: string, message: string): Promise<void> {
  const conditions = [{ type, status, reason: 'Said', message }];
  await operator.client.strategicPatch(RESOURCES.Pod, ref, { status: { conditions } }, { subresource: 'status' });
}

async function bundleOf(ns: string, name = 'ledger') {
  const object = await operator.client.get(RESOURCES.ConfigMap, { namespace: ns, name: policyConfigMapName(name) });
  return readBundle((object.data as Record<string, string>)['bundle.json'] ?? '');
}

describe('an MCPServer', () => {
  test('gets a Service, a bundle that sidecars take, and a status that says what is missing', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    const injected = await reason(ref, 'Injected', 'NoPods');
    expect(injected).toMatchObject({ status: 'False', observedGeneration: 1 });
    expect(injected.message).toContain('app=ledger');
    const object = await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref);
    expect(condition(object, 'PolicyAccepted')).toMatchObject({ status: 'True', reason: 'NoPacks' });
    expect(condition(object, 'Ready')).toMatchObject({ status: 'False', reason: 'NoPods' });
    const { endpoint, policy } = object.status as { endpoint: string; policy: { revision: string } };
    expect(endpoint).toBe(`http://ledger.${ns}.svc:80/mcp`);
    expect(await bundleOf(ns)).toMatchObject({ revision: policy.revision });
    const service = await operator.client.get(RESOURCES.Service, ref);
    expect(service.spec).toMatchObject({ selector: { app: 'ledger' }, ports: [{ port: 80, targetPort: 8484 }] });
    const owner = { kind: 'MCPServer', name: 'ledger', uid: object.metadata.uid, controller: true };
    expect(service.metadata.ownerReferences).toMatchObject([owner]);
  });

  test('is enforced when every ready pod says so, and asks the pods that do not', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    const first = await pod(ns, { gateOf: 'ledger' });
    await reason(ref, 'PolicyEnforced', 'Delivering');
    const asked = await soon(async () => {
      const revision = (await operator.client.get(RESOURCES.Pod, first)).metadata.annotations?.[ANNOTATION.revision];
      if (revision === undefined) throw new Error('not yet');
      return revision;
    });
    await says(first, POD_CONDITION.enforced, 'True', asked);
    await reason(ref, 'PolicyEnforced', 'AllPods');
    expect((await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref)).status).toMatchObject({
      policy: { enforced: 1, summary: '1/1' },
    });
  });

  test('asks a pod whose gate has not started once, and again when it has, through its status alone', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    await reason(ref, 'PolicyAccepted', 'NoPacks');
    const pending = { namespace: ns, name: 'ledger-1' };
    await operator.client.create(RESOURCES.Pod, podObject(ns, { gateOf: 'ledger' }));
    const touched = async (): Promise<string> => {
      const { annotations } = (await operator.client.get(RESOURCES.Pod, pending)).metadata;
      return annotations?.[ANNOTATION.touched] ?? '';
    };
    await soon(async () => expect(await touched()).not.toBe(''));
    const first = await touched();
    // By then it would be asked again.
    await sleep(3_000);
    expect(await touched()).toBe(first);
    const { managedFields } = (await operator.client.get(RESOURCES.Pod, pending)).metadata;
    expect(managedFields).toContainEqual(expect.objectContaining({ manager: FIELD_MANAGER, subresource: 'status' }));
    const status = { phase: 'Running', podIP: '127.0.0.1' };
    await operator.client.strategicPatch(RESOURCES.Pod, pending, { status }, { subresource: 'status' });
    await soon(async () => expect(await touched()).not.toBe(first));
  });

  test('stays ready while an edit of its policy is on its way, which is one event, and while a broken one is not', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    const gate = await pod(ns, { gateOf: 'ledger' });
    const asked = (before: string | undefined): Promise<string> =>
      soon(async () => {
        const revision = (await operator.client.get(RESOURCES.Pod, gate)).metadata.annotations?.[ANNOTATION.revision];
        if (revision === undefined || revision === before) throw new Error('not asked yet');
        return revision;
      });
    const events = async (): Promise<string[]> => {
      const { items } = await operator.client.list<RawObject>(RESOURCES.Event, { namespace: ns });
      return items
        .filter((event) => (event as { regarding?: { kind?: string } }).regarding?.kind === 'MCPServer')
        .map((event) => String((event as { reason?: unknown }).reason));
    };
    const conditions = async (): Promise<string[]> => {
      const { status } = await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref);
      return ((status as Conditioned).conditions ?? []).map((one) => `${one.type}=${one.status} ${one.reason}`);
    };
    const first = await asked(undefined);
    expect(await conditions()).toContain('Reconciling=True Delivering');
    await says(gate, POD_CONDITION.enforced, 'True', first);
    await reason(ref, 'Ready', 'Serving');
    expect((await conditions()).filter((one) => /^(Reconciling|Stalled)=/.test(one))).toEqual([]);
    const before = await soon(async () => {
      const told = await events();
      expect(told).toContain('Serving');
      return told;
    });

    await pack(ns);
    await reason(ref, 'PolicyEnforced', 'Delivering');
    expect(await conditions()).toEqual(expect.arrayContaining(['Ready=True Serving', 'Reconciling=True Delivering']));
    const second = await asked(first);
    await says(gate, POD_CONDITION.enforced, 'True', second);
    await reason(ref, 'PolicyEnforced', 'AllPods');
    expect(await conditions()).not.toContain('Reconciling=True Delivering');
    await soon(async () => expect((await events()).toSorted()).toEqual([...before, 'AllPods'].toSorted()));

    // What is enforced is still the last good one, and is counted.
    const rule = { name: 'same', names: ['x'], effect: 'Allow' };
    await pack(ns, 'bad', { tools: [rule, rule] });
    await reason(ref, 'Stalled', 'InvalidPack');
    expect(await conditions()).toContain('Ready=False InvalidPack');
    const { policy } = (await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref)).status as { policy: object };
    expect(policy).toMatchObject({ revision: second, enforced: 1, summary: '1/1' });
  });

  test('follows its packs: a new revision goes out, the deletion of a pack denies by default', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    await reason(ref, 'PolicyAccepted', 'NoPacks');
    const payments = await pack(ns);
    await reason(ref, 'PolicyAccepted', 'Compiled');
    expect(await bundleOf(ns)).toMatchObject({ bundle: { packs: [{ ref: `${ns}/payments` }] } });
    await operator.client.delete(CUSTOM_RESOURCES.PolicyPack, payments);
    await reason(ref, 'PolicyAccepted', 'NoPacks');
    await soon(async () => {
      expect(await bundleOf(ns)).toMatchObject({ bundle: { packs: [] } });
    });
  });

  test('keeps its last good bundle while a pack that got past admission is broken', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    await pack(ns, 'good');
    await reason(ref, 'PolicyAccepted', 'Compiled');
    // No webhook here; the schema of the CRD knows nothing of two rules with one name.
    const rule = { name: 'same', names: ['x'], effect: 'Allow' };
    const bad = await pack(ns, 'bad', { tools: [rule, rule] });
    expect(await reason(ref, 'PolicyAccepted', 'InvalidPack')).toMatchObject({ status: 'False' });
    expect(await bundleOf(ns)).toMatchObject({ bundle: { packs: [{ ref: `${ns}/good` }] } });
    expect(await reason(bad, 'Accepted', 'Invalid', CUSTOM_RESOURCES.PolicyPack)).toMatchObject({ status: 'False' });
  });

  test("leaves a Service of its name alone when it is somebody else's, and says which name to take", async () => {
    const ns = await namespace();
    const spec = { selector: { app: 'other' }, ports: [{ port: 80 }] };
    await operator.client.create(RESOURCES.Service, { metadata: { namespace: ns, name: 'ledger' }, spec });
    const ref = await server(ns);
    expect((await reason(ref, 'Ready', 'ServiceNameTaken')).message).toContain('ledger-mcp');
    expect((await operator.client.get(RESOURCES.Service, ref)).spec).toMatchObject({ selector: { app: 'other' } });
    await operator.client.delete(RESOURCES.Service, ref);
    await soon(async () => {
      expect((await operator.client.get(RESOURCES.Service, ref)).spec).toMatchObject({ selector: { app: 'ledger' } });
    });
  });

  test('mends what others change of its objects', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    await reason(ref, 'Injected', 'NoPods');
    const map = { namespace: ns, name: policyConfigMapName('ledger') };
    await operator.client.mergePatch(RESOURCES.ConfigMap, map, { data: { 'bundle.json': '{}' } });
    await operator.client.mergePatch(RESOURCES.Service, ref, { spec: { ports: [{ port: 80, targetPort: 9000 }] } });
    await soon(async () => {
      expect(await bundleOf(ns)).toHaveProperty('revision');
      expect((await operator.client.get(RESOURCES.Service, ref)).spec).toMatchObject({ ports: [{ targetPort: 8484 }] });
    });
  });

  test('says when another one claims its pods, and when that is over', async () => {
    const ns = await namespace();
    const ref = await server(ns);
    await pod(ns, { gateOf: 'ledger' });
    const rival = await server(ns, 'rival');
    expect((await reason(ref, 'Injected', 'PodsClaimedTwice')).message).toContain('MCPServer rival');
    await reason(rival, 'Injected', 'PodsClaimedTwice');
    await operator.client.delete(CUSTOM_RESOURCES.MCPServer, rival);
    await reason(ref, 'Injected', 'Outdated');
  });

  test('names pods without a sidecar, with the command that mends it', { tags: ['no-way-around'] }, async () => {
    const ns = await namespace();
    const ref = await server(ns);
    await pod(ns, {});
    const { message } = await reason(ref, 'Injected', 'PodsWithoutSidecar');
    expect(message).toContain(`kubectl label namespace ${ns} sallyport.dev/injection=enabled`);
    expect(await reason(ref, 'TrafficVerified', 'PodsWithoutSidecar')).toMatchObject({ status: 'False' });
  });

  test('runs an image: a Deployment whose pods must carry a gate, mended when it is changed, gone when it is not wanted', async () => {
    const ns = await namespace();
    const run = { image: 'ledger:1', port: 9000, args: ['--stdio=no'], replicas: 2 };
    const ref = await server(ns, 'wiki', { workload: undefined, run });
    const deployment = await soon(() => operator.client.get(RESOURCES.Deployment, ref));
    expect(deployment.spec).toMatchObject({
      replicas: 2,
      template: {
        metadata: { labels: { 'sallyport.dev/inject': 'true', 'sallyport.dev/server': 'wiki' } },
        spec: { securityContext: { runAsNonRoot: true }, containers: [{ image: 'ledger:1', args: ['--stdio=no'] }] },
      },
    });
    await operator.client.mergePatch(RESOURCES.Deployment, ref, { spec: { replicas: 7 } });
    await soon(async () => {
      expect((await operator.client.get(RESOURCES.Deployment, ref)).spec).toMatchObject({ replicas: 2 });
    });
    const workload = { selector: { matchLabels: { app: 'wiki' } }, port: 9000 };
    await operator.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { run: null, workload } });
    await soon(async () => {
      if ((await operator.client.find(RESOURCES.Deployment, ref)) !== undefined) throw new Error('still there');
    });
  });

  describe('in a chart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-chart-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'templates'));
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: demo\nversion: 0.1.0\n');

    /** What `helm install --wait` says in the end. */
    const install = async (ns: string, spec: object): Promise<string> => {
      const object = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata: { name: 'ledger' }, spec };
      writeFileSync(join(folder, 'templates/server.yaml'), JSON.stringify(object));
      const args = ['install', 'demo', folder, '--namespace', ns, '--wait', '--timeout', '30s'];
      return helm(inject('apiServerKubeconfig'), args).catch(String);
    };

    test('helm waits for one whose pods are to come, and has done when they serve', async () => {
      const ns = await namespace();
      const ref = { namespace: ns, name: 'ledger' };
      const installed = install(ns, { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' } });
      await reason(ref, 'Reconciling', 'NoPods');
      const { status } = await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref);
      const { revision } = (status as { policy: { revision: string } }).policy;
      const gate = await pod(ns, { gateOf: 'ledger' });
      await says(gate, POD_CONDITION.enforced, 'True', revision);
      expect(await installed).toContain('STATUS: deployed');
      await reason(ref, 'Ready', 'Serving');
    }, 60_000);

    test('helm does not wait for one that somebody has to mend, and passes on how', async () => {
      const ns = await namespace();
      const began = performance.now();
      const said = await install(ns, { remote: { url: 'http://example.com/mcp' } });
      expect(said).toContain(
        'ledger not ready. status: Failed, message: spec.remote and spec.stdio are for the command line',
      );
      expect(performance.now() - began).toBeLessThan(20_000);
    }, 60_000);
  });

  test('that runs elsewhere is told so', async () => {
    const ns = await namespace();
    const ref = await server(ns, 'remote', { workload: undefined, remote: { url: 'http://example.com/mcp' } });
    expect((await reason(ref, 'Ready', 'NotInCluster')).message).toContain('spec.workload');
  });
});

describe('a PolicyPack', () => {
  test('says which servers it applies to, and when there is none', async () => {
    const ns = await namespace();
    const ref = await pack(ns, 'payments', { targets: { matchLabels: { tier: 'gold' } } });
    await reason(ref, 'Accepted', 'NoServers', CUSTOM_RESOURCES.PolicyPack);
    await server(ns, 'ledger', {}, { tier: 'gold' });
    await reason(ref, 'Accepted', 'Applies', CUSTOM_RESOURCES.PolicyPack);
    const { status } = await operator.client.get(CUSTOM_RESOURCES.PolicyPack, ref);
    expect(status).toMatchObject({ servers: { count: 1, names: [`${ns}/ledger`] } });
  });

  test('of the root namespace applies where the labels of a namespace say so, and follows them', async () => {
    const ns = await namespace({ team: 'treasury' });
    const ref = await server(ns);
    const base = await pack(root, `base-${ns}`, {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ns } },
    });
    await reason(ref, 'PolicyAccepted', 'Compiled');
    await operator.client.delete(CUSTOM_RESOURCES.PolicyPack, base);
    await reason(ref, 'PolicyAccepted', 'NoPacks');
  });
});

test('nothing is written when nothing changes', async () => {
  const ns = await namespace();
  const ref = await server(ns);
  await reason(ref, 'Injected', 'NoPods');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref);
  // A change that is none for this server: another pack that does not apply.
  await pack(ns, 'other', { targets: { matchLabels: { app: 'wiki' } } });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const after = await operator.client.get(CUSTOM_RESOURCES.MCPServer, ref);
  expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
});
