/** The operator is away, comes back, is replaced, loses its certificates: what people see, and that nothing is written for nothing. */
import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { LEASE, policyConfigMapName, TLS_SECRET } from '../../../../operator/names.ts';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, OPERATOR } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { podObject, soon } from './bench.ts';
import { Installation } from './installation.ts';

const ENABLED = { 'sallyport.dev/injection': 'enabled' };
const INJECTOR = { name: 'sallyport-injector' };

let on: Installation;
beforeAll(async () => {
  on = await Installation.start();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());
afterEach(() => on.clear());

/** Everything that the operator writes, with its version. */
async function written(): Promise<Record<string, string>> {
  const { MCPServer, PolicyPack } = CUSTOM_RESOURCES;
  const { Service, ConfigMap, Deployment, Pod, Secret } = RESOURCES;
  const versions: Record<string, string> = {};
  for (const resource of [MCPServer, PolicyPack, Service, ConfigMap, Deployment, Pod, Secret]) {
    for (const { kind, metadata } of (await on.client.list<RawObject>(resource)).items) {
      versions[`${kind} ${metadata.namespace}/${metadata.name}`] = metadata.resourceVersion ?? '';
    }
  }
  return versions;
}

/** No writes for a while. */
async function quiet(): Promise<Record<string, string>> {
  let before = await written();
  return soon(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const after = await written();
    const isSame = JSON.stringify(after) === JSON.stringify(before);
    before = after;
    if (!isSame) throw new Error('something is still being written');
    return after;
  }, 30_000);
}

async function holder(): Promise<string> {
  const lease = await on.client.find(RESOURCES.Lease, { namespace: on.root, name: LEASE });
  return lease?.spec?.holderIdentity ?? '';
}

describe('while the operator is away', () => {
  test('a pod of an enabled namespace is refused, and kubectl says who was not there; others start', async () => {
    const ns = await on.namespace(ENABLED);
    const said = await on.refusal(['create', '-f', '-'], podObject(ns));
    expect(said).toContain('failed calling webhook "namespaces.sallyport-injector.sallyport.dev"');
    expect(said).toContain(`https://sallyport-operator.${on.root}.svc:443/inject`);
    const free = await on.namespace();
    await on.kubectl(['create', '-f', '-'], podObject(free));
    const optedOut = podObject(ns, { name: 'without' });
    optedOut.metadata.annotations = { 'sallyport.dev/inject': 'false' };
    await on.kubectl(['create', '-f', '-'], optedOut);
  });

  test('a policy cannot be changed, and deleting one is allowed', async () => {
    const operator = await on.replica();
    const ns = await on.namespace();
    const ref = await on.pack(ns);
    await on.stop(operator);
    const patch = ['-n', ns, 'patch', 'packs', 'payments', '--type=merge', '-p', '{"spec":{"mode":"Shadow"}}'];
    expect(await on.refusal(patch)).toContain('failed calling webhook "resources.sallyport-validator.sallyport.dev"');
    await on.kubectl(['-n', ns, 'delete', 'packs', 'payments']);
    expect(await on.client.find(CUSTOM_RESOURCES.PolicyPack, ref)).toBeUndefined();
  });
});

describe('with the caBundle taken out of a webhook configuration', () => {
  test('a pod is refused with the certificate as the reason, and the operator puts it back', async () => {
    await on.replica();
    const ns = await on.namespace(ENABLED);
    await on.server(ns);
    const { metadata, webhooks } = (await on.client.get(
      RESOURCES.MutatingWebhookConfiguration,
      INJECTOR,
    )) as RawObject & {
      webhooks: { clientConfig: { caBundle?: string } }[];
    };
    for (const { clientConfig } of webhooks) delete clientConfig.caBundle;
    await on.client.replace(RESOURCES.MutatingWebhookConfiguration, { metadata, webhooks });
    const said = await soon(async () => on.refusal(['create', '--dry-run=server', '-f', '-'], podObject(ns)));
    expect(said).toMatch(/failed calling webhook .*certificate signed by unknown authority/);
    await eventually(
      'a pod gets its gate',
      () => on.kubectl(['create', '-f', '-'], podObject(ns)).catch(() => undefined),
      25_000,
    );
    const pod = await on.client.get(RESOURCES.Pod, { namespace: ns, name: 'ledger-1' });
    expect(pod.spec).toMatchObject({ initContainers: [{ name: 'sallyport' }] });
  });
});

describe('an operator that comes back', () => {
  test('writes nothing when nothing has changed', async () => {
    const first = await on.replica();
    const ns = await on.namespace(ENABLED);
    const ref = await on.server(ns);
    await on.server(ns, 'wiki', { workload: undefined, run: { image: 'wiki:1', port: 9000 } });
    await on.pack(ns);
    await on.pack(on.root, 'baseline', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ns } } });
    await on.reason(ref, 'PolicyAccepted', 'Compiled');
    await on.kubectl(['create', '-f', '-'], podObject(ns));
    const pod = { namespace: ns, name: 'ledger-1' };
    await on.says(pod, 'Ready', 'True', '');
    await on.enforces(pod);
    await on.reason(ref, 'PolicyEnforced', 'AllPods');
    await on.reason(ref, 'Injected', 'AllPods');
    await quiet();
    await on.stop(first);
    const before = await written();
    const again = await on.replica();
    await soon(async () => expect(again.log.some((line) => line.includes('"leading"'))).toBe(true), 25_000);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await written()).toEqual(before);
  });

  test('does what was missed: new servers, changed packs, changed objects, deleted ones', async () => {
    const first = await on.replica();
    const ns = await on.namespace();
    const ref = await on.server(ns);
    await on.reason(ref, 'Injected', 'NoPods');
    await on.stop(first);
    await on.client.delete(RESOURCES.Service, ref);
    // Admission lets nobody else write it.
    const stale = JSON.stringify({ data: { 'bundle.json': '{}' } });
    const map = ['configmap', policyConfigMapName('ledger'), '-n', ns];
    await on.cluster.as(OPERATOR, [], ['patch', ...map, '--type=merge', '-p', stale]);
    await on.pod(ns);
    await on.replica();
    await on.reason(ref, 'Injected', 'PodsWithoutSidecar');
    expect(await on.client.find(RESOURCES.Service, ref)).toBeDefined();
    expect(await on.bundleText(ns)).not.toBe('{}');
  });
});

describe('of two replicas', () => {
  test('one writes, both answer, and the second takes over at once when the first stops', async () => {
    const first = await on.replica({ name: 'a' });
    await soon(async () => expect(await holder()).not.toBe(''));
    const leader = await holder();
    const second = await on.replica({ name: 'b' });
    const ns = await on.namespace(ENABLED);
    const ref = await on.server(ns);
    await on.reason(ref, 'Injected', 'NoPods');
    expect(await holder()).toBe(leader);
    expect(await writesOf(second)).toBe(0);
    // Both behind one Service: which of them is asked is chance.
    for (let i = 0; i < 10; i++)
      await on.kubectl(['create', '--dry-run=server', '-f', '-'], podObject(ns, { name: `p-${i}` }));
    const began = performance.now();
    await on.stop(first);
    await soon(async () => expect(await holder()).not.toBe(leader));
    const other = await on.server(ns, 'other', { workload: { selector: { matchLabels: { app: 'other' } }, port: 1 } });
    await on.reason(other, 'Injected', 'NoPods');
    // Not after the 15 s of a lease that nobody gave up.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('with the Secret of its certificates deleted', () => {
  test('the operator serves on; one that starts makes new ones, which everybody trusts soon', async () => {
    const first = await on.replica();
    const ns = await on.namespace(ENABLED);
    const ref = await on.server(ns);
    await on.reason(ref, 'Injected', 'NoPods');
    const ca = await operatorCa(ns);
    await on.client.delete(RESOURCES.Secret, { namespace: on.root, name: TLS_SECRET });
    await on.kubectl(['create', '--dry-run=server', '-f', '-'], podObject(ns));
    await on.stop(first);
    await on.replica();
    await eventually(
      'pods get their gate',
      () => on.kubectl(['create', '--dry-run=server', '-f', '-'], podObject(ns)).catch(() => undefined),
      20_000,
    );
    const next = await soon(async () => {
      const found = await operatorCa(ns);
      expect(found).not.toBe(ca);
      return found;
    });
    expect(new X509Certificate(next).ca).toBe(true);
  });
});

async function operatorCa(ns: string): Promise<string> {
  const { data } = await on.client.get(RESOURCES.ConfigMap, { namespace: ns, name: policyConfigMapName('ledger') });
  return (data as Record<string, string>)['operator-ca.crt'] ?? '';
}

/** Those of the leases aside, by the metrics. */
async function writesOf(operator: TestOperator): Promise<number> {
  const text = await operator.metrics();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('rest_client_requests_total') && /method="PATCH"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
