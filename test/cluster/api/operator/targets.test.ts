/** `workload.targetRef` on a real API server, with the kinds of other projects and the rights that the chart gives. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { RawObject, Ref } from '../../../../operator/kit/resource.ts';
import { ANNOTATION } from '../../../../operator/names.ts';
import { BUILD_LIMIT_MS, CHART, RELEASE } from '../chart/release.ts';
import { asMadeBy, targetCrd } from '../../target-kinds.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';

const ALLOWED = ['mcp.x-k8s.io', 'kagent.dev'];
const FOREIGN = 'toolhive.stacklok.dev';

let on: Installation;
let ns: string;
beforeAll(async () => {
  on = await Installation.start({ adapters: ALLOWED });
  for (const group of [ALLOWED[0] ?? '', FOREIGN]) await on.kubectl(['apply', '-f', '-'], targetCrd(group));
  await on.replica();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());
beforeEach(async () => {
  ns = await on.namespace({ 'sallyport.dev/injection': 'enabled' });
  await on.pack(ns);
});

const apply = (object: object): Promise<string> => on.kubectl(['apply', '-f', '-'], object);

async function targets(apiVersion: string, kind: string, more: object = {}): Promise<Ref> {
  return on.server(ns, 'gate', { workload: { targetRef: { apiVersion, kind, name: 'ledger' }, ...more } });
}

/** A pod as the controller of a Deployment or StatefulSet makes it. */
async function podOf(
  object: { spec: { template: { metadata: object; spec?: object } } },
  name = 'ledger-1',
): Promise<RawObject> {
  const { metadata, spec } = object.spec.template;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: ns } };
  await on.kubectl(['create', '-f', '-'], { ...pod, spec: { automountServiceAccountToken: false, ...spec } });
  return on.client.get(RESOURCES.Pod, { namespace: ns, name });
}

const gateOf = ({ metadata }: RawObject) => metadata.annotations?.[ANNOTATION.server];

function upstreamOf(pod: RawObject): string | undefined {
  const { initContainers = [] } = pod.spec as { initContainers?: { env?: { name: string; value?: string }[] }[] };
  return initContainers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'SALLYPORT_UPSTREAM')?.value;
}

function runs(kind: 'Deployment' | 'StatefulSet', selector: object = { matchLabels: { tier: 'ledger' } }) {
  const containers = [{ name: 'app', image: 'ledger:1', ports: [{ name: 'mcp', containerPort: 9000 }] }];
  const template = { metadata: { labels: { tier: 'ledger' } }, spec: { containers } };
  const spec = { selector, template, ...(kind === 'StatefulSet' ? { serviceName: 'ledger' } : {}) };
  return { apiVersion: 'apps/v1', kind, metadata: { namespace: ns, name: 'ledger' }, spec };
}

describe.each(['Deployment', 'StatefulSet'] as const)('a %s', (kind) => {
  test('that is there: its pods get the gate', async () => {
    const workload = runs(kind);
    await apply(workload);
    const server = await targets('apps/v1', kind, { port: 'mcp' });
    expect((await on.reason(server, 'Injected', 'NoPods')).message).toContain('No pod matches tier=ledger');
    const pod = await podOf(workload);
    expect([gateOf(pod), upstreamOf(pod)]).toEqual(['gate', 'http://127.0.0.1:9000/mcp']);
  });

  test('that comes together with its first pod: that one has a gate too', async () => {
    const server = await targets('apps/v1', kind, { port: 9000 });
    const { message } = await on.reason(server, 'Injected', 'TargetNotFound');
    expect(message).toBe(
      `spec.workload.targetRef: there is no ${kind} ledger in namespace ${ns}. Create it, or mend the name.`,
    );
    const workload = runs(kind);
    await apply(workload);
    expect(gateOf(await podOf(workload))).toBe('gate');
    await on.reason(server, 'Injected', 'AllPods');
  });
});

test('a selector with expressions is not guessed at', async () => {
  const matchExpressions = [{ key: 'tier', operator: 'Exists' }];
  await apply(runs('Deployment', { matchLabels: { tier: 'ledger' }, matchExpressions }));
  const { message } = await on.reason(
    await targets('apps/v1', 'Deployment', { port: 1 }),
    'Injected',
    'TargetNotUsable',
  );
  expect(message).toContain('Name its pods by spec.workload.selector instead.');
});

test('pods keep their server when what ran them is deleted and leaves them', async () => {
  const workload = runs('Deployment');
  await apply(workload);
  const server = await targets('apps/v1', 'Deployment', { port: 9000 });
  await on.reason(server, 'Injected', 'NoPods');
  await podOf(workload);
  await on.client.delete(RESOURCES.Deployment, { namespace: ns, name: 'ledger' });
  expect((await on.reason(server, 'Injected', 'AllPods')).message).toBe('1 of 1 pods carry the sidecar');
});

test.each<[what: string, workload: object, refusal: RegExp]>([
  [
    'both ways',
    {
      selector: { matchLabels: { a: 'b' } },
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
      port: 1,
    },
    /exactly one of selector and targetRef/,
  ],
  ['no port', { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } }, /port is needed/],
  [
    'another kind',
    { targetRef: { apiVersion: 'batch/v1', kind: 'Job', name: 'x' }, port: 1 },
    /is not a kind whose pods can be found/,
  ],
])('the API server itself refuses %s', async (_, workload, refusal) => {
  const object = {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { namespace: ns, name: 'x' },
    spec: { workload },
  };
  expect(await on.refusal(['create', '-f', '-'], object)).toMatch(refusal);
});

describe('an MCPServer of another project', () => {
  test('of the MCP Lifecycle Operator: pods, port and path are those of its object', async () => {
    const { object, deployment } = asMadeBy('mcp.x-k8s.io', { namespace: ns, name: 'ledger', port: 9100 });
    const server = await targets('mcp.x-k8s.io/v1beta1', 'MCPServer');
    await on.reason(server, 'Injected', 'TargetNotFound');
    await apply({ ...object, spec: { ...object.spec, config: { port: 9100, path: '/api/mcp' } } });
    expect((await on.reason(server, 'Injected', 'TargetPending')).message).toContain(
      `Waiting for the Deployment ledger that the MCP Lifecycle Operator makes for MCPServer.mcp.x-k8s.io ledger; see kubectl -n ${ns} describe mcpservers.mcp.x-k8s.io ledger.`,
    );
    await apply(deployment);
    const pod = await podOf(deployment);
    expect([gateOf(pod), upstreamOf(pod)]).toEqual(['gate', 'http://127.0.0.1:9100/api/mcp']);
    await on.reason(server, 'Injected', 'AllPods');
  });

  test('of kmcp, whose kind comes later and whose containers declare no port', async () => {
    const server = await targets('kagent.dev/v1alpha1', 'MCPServer');
    expect((await on.reason(server, 'Injected', 'TargetKindMissing')).message).toContain(
      'Install kmcp, or mend apiVersion',
    );
    await apply(targetCrd('kagent.dev'));
    const { object, deployment } = asMadeBy('kagent.dev', { namespace: ns, name: 'ledger', port: 3000 });
    await soon(() => apply(object));
    await apply(deployment);
    const pod = await soon(async () => podOf(deployment, `ledger-${Math.random().toString(36).slice(2, 8)}`));
    expect([gateOf(pod), upstreamOf(pod)]).toEqual(['gate', 'http://127.0.0.1:3000/mcp']);
  });

  test('of ToolHive, which the operator may not read: the condition names the value of the chart', async () => {
    const { object, deployment } = asMadeBy(FOREIGN, { namespace: ns, name: 'ledger', port: 8080 });
    await apply(object);
    await apply(deployment);
    const server = await targets('toolhive.stacklok.dev/v1beta1', 'MCPServer');
    expect((await on.reason(server, 'Injected', 'TargetForbidden')).message).toBe(
      'The operator may not read mcpservers.toolhive.stacklok.dev, so MCPServer.toolhive.stacklok.dev ledger is not found. Add toolhive.stacklok.dev to the value adapters of the chart sallyport.',
    );
    await on.cluster.helm(['upgrade', RELEASE, CHART], { adapters: [...ALLOWED, FOREIGN] });
    await on.reason(server, 'Injected', 'NoPods');
    expect(gateOf(await podOf(deployment))).toBe('gate');
  });
});
