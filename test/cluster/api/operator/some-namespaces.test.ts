/** An install for some namespaces, without the right to run images: with the Roles of the chart everything works there, and nothing else is touched. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ANNOTATION, policyConfigMapName } from '../../../../operator/names.ts';
import { CHART, BUILD_LIMIT_MS, NAMESPACE, OPERATOR } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { podObject, soon } from './bench.ts';
import { Installation } from './installation.ts';

const [IN, ALSO, OUT] = ['finance-in', 'finance-also', 'finance-out'];

let on: Installation;
let operator: TestOperator;
beforeAll(async () => {
  on = await Installation.start({ watchNamespaces: [IN, ALSO], run: { enabled: false } }, [IN, ALSO, OUT]);
  for (const namespace of [IN, ALSO, OUT]) {
    await on.client.create(RESOURCES.ServiceAccount, { metadata: { namespace, name: 'default' } });
    await on.kubectl(['label', 'namespace', namespace, 'sallyport.dev/injection=enabled']);
  }
  operator = await on.replica();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

async function may(verb: string, what: string, namespace: string, name?: string): Promise<boolean> {
  const [path = '', group = ''] = what.split(' of ');
  const [resource, subresource] = path.split('/');
  const resourceAttributes = { verb, group, resource, subresource, namespace, name };
  const review = { metadata: {}, spec: { user: OPERATOR, resourceAttributes } };
  return (await on.client.create(RESOURCES.SubjectAccessReview, review)).status?.['allowed'] === true;
}

/** The API server alone has nothing against it. */
function misplaced(namespace: string): object {
  const spec = { namespaceSelector: { matchLabels: { a: 'b' } }, tools: [{ names: ['a'], effect: 'Allow' }] };
  const metadata = { namespace, name: 'misplaced' };
  return { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata, spec };
}

/** The webhook, which would take the forged gate out, does not see it. */
function forged(namespace: string): object {
  return podObject(namespace, { name: 'forged', gateOf: 'ledger', labels: { 'sallyport.dev/inject': 'false' } });
}

describe('in a namespace that is served', () => {
  test('a server gets its policy, its pods a gate and what they report a place, with nothing but the rights of the Roles', async () => {
    const server = await on.server(IN);
    const pack = await on.pack(IN);
    await on.pack(NAMESPACE, 'everywhere', { tools: [{ names: ['delete_*'], effect: 'Deny' }] });
    await soon(async () => expect(await on.bundleText(IN)).toMatch(/payments[^]*everywhere|everywhere[^]*payments/));
    await on.reason(pack, 'Accepted', 'Applies', CUSTOM_RESOURCES.PolicyPack);
    await on.kubectl(['create', '-f', '-'], podObject(IN));
    const pod = { namespace: IN, name: 'ledger-1' };
    const { spec, metadata } = await on.client.get(RESOURCES.Pod, pod);
    expect(metadata.annotations?.[ANNOTATION.server]).toBe('ledger');
    expect(JSON.stringify(spec)).toContain('"name":"sallyport"');
    const running = { phase: 'Running', podIP: '127.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] };
    await on.client.strategicPatch(RESOURCES.Pod, pod, { status: running }, { subresource: 'status' });
    await on.enforces(pod);
    await on.reason(server, 'PolicyEnforced', 'AllPods');
    expect(await on.kubectl(['-n', IN, 'get', 'events'])).toContain('mcpserver/ledger');
  });

  test('what is wrong is refused by the webhook, and a forged gate by the policies', async () => {
    expect(await on.refusal(['create', '-f', '-'], misplaced(ALSO))).toContain(
      'namespaceSelector: has no meaning in the namespace',
    );
    expect(await on.refusal(['create', '-f', '-'], forged(ALSO))).toContain('this pod has a container named sallyport');
  });

  test('an image is not run, the condition says why, and there is no right to', async () => {
    const run = { workload: undefined, run: { image: 'wiki:1', port: 9000 } };
    const wiki = await on.server(ALSO, 'wiki', run);
    expect((await on.reason(wiki, 'Ready', 'RunDisabled')).message).toContain('run.enabled');
    expect(await on.client.find(RESOURCES.Deployment, wiki)).toBeUndefined();
    for (const verb of ['create', 'patch', 'delete', 'list'])
      expect(await may(verb, 'deployments of apps', ALSO)).toBe(false);
    expect(await on.client.find(RESOURCES.Service, wiki)).toBeDefined();
  });
});

describe('in any other namespace', () => {
  test('nothing is seen, made or refused', async () => {
    const pods = await on.pod(OUT);
    for (const object of [misplaced(OUT), forged(OUT)]) await on.kubectl(['create', '-f', '-'], object);
    const server = await on.server(OUT);
    // Something later in a namespace that is served: by then the other one would have been seen.
    await on.reason(await on.server(ALSO, 'later'), 'Injected', 'NoPods');
    expect((await on.client.get(CUSTOM_RESOURCES.MCPServer, server)).status).not.toHaveProperty('conditions');
    expect(await on.client.find(RESOURCES.Service, server)).toBeUndefined();
    const map = { namespace: OUT, name: policyConfigMapName('ledger') };
    expect(await on.client.find(RESOURCES.ConfigMap, map)).toBeUndefined();
    expect((await on.client.get(RESOURCES.Pod, pods)).metadata.annotations).toBeUndefined();
    expect(await operator.metrics()).not.toContain(OUT);
  });

  test('there are no rights', async () => {
    for (const resource of ['pods', 'services', 'configmaps', 'mcpservers of sallyport.dev']) {
      expect(await may('list', resource, IN), resource).toBe(true);
      expect(await may('list', resource, OUT), resource).toBe(false);
    }
    expect([await may('patch', 'pods/status', IN), await may('patch', 'pods/status', OUT)]).toEqual([true, false]);
    expect(await may('patch', 'pods', IN)).toBe(false);
    expect([await may('watch', 'namespaces', IN, IN), await may('watch', 'namespaces', OUT, OUT)]).toEqual([
      true,
      false,
    ]);
  });
});

test('a second install is refused with a sentence that says where the first one is', async () => {
  await on.kubectl(['create', 'namespace', 'second']);
  await expect(on.cluster.rawHelm(['install', 'other', CHART, '--namespace', 'second'])).rejects.toThrow(
    /exists in this cluster already, as the release gate in the namespace guard.*watchNamespaces/,
  );
});
