/** What people get wrong, each against the whole operator: refused with words where it can be, said in a condition where not. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { readBundle } from '../../../../core/policy/read-bundle.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { podObject, soon } from './bench.ts';
import { Installation } from './installation.ts';

const ENABLED = { 'sallyport.dev/injection': 'enabled' };

let on: Installation;
let operator: TestOperator;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

// Whatever people write, the process goes on.
afterEach(() => expect(operator.isRunning).toBe(true));

function mcpServer(namespace: string, spec: object, name = 'ledger') {
  return { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata: { namespace, name }, spec };
}

const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' };

describe('an MCPServer that is deleted while its pods run', () => {
  async function deleted(labels: Record<string, string>): Promise<string> {
    const ns = await on.namespace({ ...ENABLED, ...labels });
    const ref = await on.server(ns);
    await on.reason(ref, 'Injected', 'NoPods');
    await on.kubectl(['create', '-f', '-'], podObject(ns));
    await on.client.delete(CUSTOM_RESOURCES.MCPServer, ref);
    return ns;
  }
  const next = (ns: string) => podObject(ns, { name: 'ledger-2' });

  test('keeps new ones waiting until it is back', async () => {
    const ns = await deleted({});
    await soon(async () => {
      expect(await on.refusal(['create', '--dry-run=server', '-f', '-'], next(ns))).toContain(
        'the MCPServer ledger is gone, whose gate pod ledger-1 of the same labels carries; create it again, or',
      );
    });
    expect(await on.kubectl(['create', '-f', '-'], podObject(ns, { name: 'web', labels: { app: 'web' } }))).toContain(
      'created',
    );
    await on.server(ns);
    expect(await on.kubectl(['create', '-f', '-'], next(ns))).toContain('created');
    const made = await on.client.get(RESOURCES.Pod, { namespace: ns, name: 'ledger-2' });
    expect(made.metadata.annotations).toHaveProperty(['sallyport.dev/server'], 'ledger');
  });

  test('lets them go where the namespace says so, and says it in the pod', async () => {
    const ns = await deleted({ 'sallyport.dev/on-missing-server': 'Allow' });
    await soon(async () => {
      const made = await on.kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], next(ns));
      expect(made).toContain('MCPServer ledger is gone, whose gate pod ledger-1 of the same labels carries');
    });
  });

  test('and where it says Refuse, every pod that nobody selects waits', async () => {
    const ns = await on.namespace({ ...ENABLED, 'sallyport.dev/on-missing-server': 'Refuse' });
    const said = await on.refusal(['create', '-f', '-'], podObject(ns, { labels: { app: 'web' } }));
    expect(said).toContain('the namespace is labelled sallyport.dev/on-missing-server=Refuse; create one whose');
    const out = podObject(ns, { labels: { app: 'web' } }) as { metadata: object };
    const annotations = { 'sallyport.dev/inject': 'false' };
    await on.kubectl(['create', '-f', '-'], { ...out, metadata: { ...out.metadata, annotations } });
  });
});

describe('an MCPServer', () => {
  test('whose selector matches no pod says so where kubectl shows it, with what to compare', async () => {
    const ns = await on.namespace(ENABLED);
    await on.kubectl(['apply', '-f', '-'], mcpServer(ns, { workload }));
    const said = await on.reason({ namespace: ns, name: 'ledger' }, 'Injected', 'NoPods');
    expect(said.message).toBe(
      `No pod matches app=ledger. Compare spec.workload.selector with kubectl -n ${ns} get pods --show-labels. A pod that is refused is in the events of what makes it: kubectl -n ${ns} get events --field-selector reason=FailedCreate.`,
    );
    expect(await on.kubectl(['-n', ns, 'get', 'smcp', 'ledger'])).toMatch(/ledger\s+False/);
    await soon(async () => {
      expect(await on.kubectl(['-n', ns, 'get', 'events'])).toMatch(
        /Warning\s+NoPods\s+mcpserver\/ledger\s+Ready: Injected: No pod/,
      );
    });
  });

  test('whose port no container declares: a new pod is refused, with the ports there are', async () => {
    const ns = await on.namespace(ENABLED);
    await on.server(ns, 'ledger', { workload: { ...workload, port: 'http' } });
    await on.reason({ namespace: ns, name: 'ledger' }, 'Injected', 'NoPods');
    const said = await on.refusal(['create', '-f', '-'], podObject(ns));
    expect(said).toContain(
      'declares the TCP port http that its MCPServer names; write one of those that are declared: 9000 (mcp) of container app',
    );
  });

  test('whose port no pod declares that runs already: the condition says which ports there are', async () => {
    const ns = await on.namespace();
    await on.pod(ns);
    const ref = await on.server(ns, 'ledger', { workload: { ...workload, port: 8080 } });
    const { status, message } = await on.reason(ref, 'Injected', 'PortNotFound');
    expect(status).toBe('False');
    expect(message).toBe(
      'ledger-1: no container of the pod declares the TCP port 8080 that its MCPServer names; write one of those that are declared: 9000 (mcp) of container app. ' +
        'Mend spec.workload.port of MCPServer ledger, or the pods; until then new ones are refused.',
    );
    await on.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { workload: { port: 9000 } } });
    await on.reason(ref, 'Injected', 'PodsWithoutSidecar');
  });

  const admin = { name: 'admin', image: 'admin:1', ports: [{ name: 'mcp', containerPort: 9001 }] };
  test('whose port name two containers have: a new pod is refused, and of one that runs the condition has the mend', async () => {
    const ns = await on.namespace();
    await on.pod(ns, { more: [admin] });
    const ref = await on.server(ns, 'ledger', { workload });
    const mend = 'give the port name mcp to different numbers; write the number in the MCPServer, or keep the name';
    expect((await on.reason(ref, 'Injected', 'PortNotFound')).message).toContain(mend);
    await on.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, {
      spec: { workload: { port: 9000, ports: [{ name: 'admin', port: 9001 }] } },
    });
    await on.reason(ref, 'Injected', 'PodsWithoutSidecar');
  });

  test('two of whose ports are one: refused where that can be told, else the condition has the mend', async () => {
    const ns = await on.namespace();
    await on.pod(ns);
    const ref = await on.server(ns, 'ledger', { workload: { ...workload, ports: [{ name: 'admin', port: 9000 }] } });
    expect((await on.reason(ref, 'Injected', 'PortNotFound')).message).toContain(
      'two MCP ports of its MCPServer lead to port 9000 of the pod; keep one of them in spec.workload.port and spec.workload.ports',
    );
    const twice = { workload: { ...workload, port: 9000, ports: [{ name: 'admin', port: 9000 }] } };
    await expect(on.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: twice })).rejects.toThrow(
      /is in the list already, or the first one; keep one of the two/,
    );
  });

  test('that claims the pods of another one: both say so, and a new pod is refused with both names', async () => {
    const ns = await on.namespace(ENABLED);
    const ref = await on.server(ns);
    await on.reason(ref, 'Injected', 'NoPods');
    await on.kubectl(['create', '-f', '-'], podObject(ns));
    const rival = await on.server(ns, 'rival');
    expect((await on.reason(ref, 'Injected', 'PodsClaimedTwice')).message).toContain(
      'The selector of MCPServer rival matches the same pods',
    );
    await on.reason(rival, 'Injected', 'PodsClaimedTwice');
    expect(await on.refusal(['create', '-f', '-'], podObject(ns, { name: 'ledger-2' }))).toContain(
      'the MCPServers ledger and rival all select this pod, and a gate guards one; make their spec.workload.selector differ',
    );
  });

  test('with a field that does not exist is refused by kubectl, with its path', async () => {
    const ns = await on.namespace();
    const object = mcpServer(ns, { workload: { ...workload, prot: 9000 } });
    expect(await on.refusal(['apply', '-f', '-'], object)).toContain('unknown field "spec.workload.prot"');
    // Without the check of fields the API server drops it, as it does for every kind; what is stored is what it says.
    await on.kubectl(['apply', '--validate=ignore', '-f', '-'], object);
    const stored = await on.client.get(CUSTOM_RESOURCES.MCPServer, { namespace: ns, name: 'ledger' });
    expect(stored.spec).toEqual({ workload: { ...workload, path: '/mcp' } });
    await on.reason({ namespace: ns, name: 'ledger' }, 'Injected', 'NoPods');
  });

  test('that got past admission and cannot be read says where and why, and keeps the endpoint it had', async () => {
    const ns = await on.namespace();
    const ref = await on.server(ns);
    await on.reason(ref, 'Injected', 'NoPods');
    await withoutAdmission(async () =>
      on.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, {
        spec: { workload: null, remote: { url: 'http://[/mcp' } },
      }),
    );
    const { message } = await on.reason(ref, 'Ready', 'InvalidSpec');
    expect(message).toContain('spec.remote.url: ');
    expect(message).toContain('write for example http://');
    expect(await on.client.find(RESOURCES.Service, ref)).toBeDefined();
  });

  test('whose image a quota does not let in says so, and goes on when there is room', async () => {
    const ns = await on.namespace();
    await on.kubectl(['-n', ns, 'create', 'quota', 'none', '--hard=count/deployments.apps=0']);
    // Counted by the controller manager elsewhere.
    const counted = { status: { hard: { 'count/deployments.apps': '0' }, used: { 'count/deployments.apps': '0' } } };
    await on.kubectl([
      '-n',
      ns,
      'patch',
      'quota',
      'none',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify(counted),
    ]);
    const run = { image: 'ledger:1', port: 9000 };
    const ref = { namespace: ns, name: 'ledger' };
    await on.client.create(CUSTOM_RESOURCES.MCPServer, { metadata: ref, spec: { run } });
    const { message } = await on.reason(ref, 'Ready', 'Forbidden');
    expect(message).toMatch(/deployments\.apps .*ledger: 403 .*exceeded quota: none/);
    await on.kubectl(['-n', ns, 'delete', 'quota', 'none']);
    await on.reason(ref, 'Ready', 'NoPods');
    expect(await on.client.find(RESOURCES.Deployment, ref)).toBeDefined();
  });

  test("whose Deployment would have the name of somebody else's leaves that alone, and says so", async () => {
    const ns = await on.namespace();
    const labels = { app: 'other' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'other', image: 'other:1' }] } };
    const ref = { namespace: ns, name: 'ledger' };
    await on.client.create(RESOURCES.Deployment, {
      metadata: ref,
      spec: { selector: { matchLabels: labels }, template },
    });
    const run = { image: 'ledger:1', port: 9000 };
    await on.client.create(CUSTOM_RESOURCES.MCPServer, { metadata: ref, spec: { run } });
    expect((await on.reason(ref, 'Ready', 'NameTaken')).message).toBe(
      "Deployment ledger exists and is not this MCPServer's; delete it or give the MCPServer another name",
    );
    expect((await on.client.get(RESOURCES.Deployment, ref)).spec).toMatchObject({ selector: { matchLabels: labels } });
  });
});

describe('a PolicyPack', () => {
  test('that names no server says so, with what to compare', async () => {
    const ns = await on.namespace();
    const ref = await on.pack(ns, 'payments', { targets: { matchLabels: { tier: 'gold' } } });
    const { status, message } = await on.reason(ref, 'Accepted', 'NoServers', CUSTOM_RESOURCES.PolicyPack);
    expect(status).toBe('True');
    expect(message).toBe(
      `No MCPServer is among what its targets select in namespace ${ns}; compare with kubectl get mcpservers.sallyport.dev --show-labels -n ${ns}`,
    );
  });

  test('that does not compile is refused with the field and the reason', async () => {
    const ns = await on.namespace();
    const rule = { name: 'same', names: ['x'], effect: 'Allow' };
    const object = {
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'PolicyPack',
      metadata: { namespace: ns, name: 'bad' },
      spec: { tools: [rule, rule] },
    };
    expect(await on.refusal(['apply', '-f', '-'], object)).toContain(
      'The PolicyPack "bad" is invalid: spec.tools[1].name: "same" is the name of tools[0] already; give every rule of a pack a name of its own',
    );
  });

  test('that got past admission leaves the last good policy in force, and both sides say so', async () => {
    const ns = await on.namespace();
    const ref = await on.server(ns);
    await on.pack(ns, 'good');
    await on.reason(ref, 'PolicyAccepted', 'Compiled');
    const good = readBundle(await on.bundleText(ns));
    const rule = { name: 'same', names: ['x'], effect: 'Allow' };
    await withoutAdmission(async () => on.pack(ns, 'bad', { tools: [rule, rule] }));
    const { message } = await on.reason(ref, 'PolicyAccepted', 'InvalidPack');
    expect(message).toContain(`pack ${ns}/bad: spec.tools[1]`);
    expect(message).toContain('The last good policy stays in force until this is mended.');
    await on.reason({ namespace: ns, name: 'bad' }, 'Accepted', 'Invalid', CUSTOM_RESOURCES.PolicyPack);
    expect(readBundle(await on.bundleText(ns))).toEqual(good);
    await on.client.delete(CUSTOM_RESOURCES.PolicyPack, { namespace: ns, name: 'bad' });
    await on.reason(ref, 'PolicyAccepted', 'Compiled');
  });

  test('that is too much together with the others leaves the last good policy in force, and says how much it is', async () => {
    const ns = await on.namespace();
    const ref = await on.server(ns);
    await on.reason(ref, 'PolicyAccepted', 'NoPacks');
    // Each is within what an object may hold; what they compile to is not.
    const names = (pack: number, rule: number) =>
      Array.from({ length: 60 }, (_, i) => `${'x'.repeat(100)}-${pack}-${rule}-${i}`);
    const tools = (pack: number) =>
      Array.from({ length: 60 }, (_, rule) => ({ names: names(pack, rule), effect: 'Allow' }));
    for (const n of [1, 2, 3]) await on.pack(ns, `huge-${n}`, { tools: tools(n) });
    const { message } = await on.reason(ref, 'PolicyAccepted', 'TooLarge');
    expect(message).toMatch(/the 3 packs compile to \d+ bytes, and a ConfigMap holds 1000000; use fewer rules/);
    expect(readBundle(await on.bundleText(ns))).toHaveProperty('revision');
    await on.client.delete(CUSTOM_RESOURCES.PolicyPack, { namespace: ns, name: 'huge-3' });
    await on.reason(ref, 'PolicyAccepted', 'Compiled');
  });
});

/** As it was before the chart was installed, or by somebody with the right to change webhooks. */
async function withoutAdmission(act: () => Promise<unknown>): Promise<void> {
  const ref = { name: 'sallyport-validator' };
  const { webhooks, ...rest } = await on.client.get(RESOURCES.ValidatingWebhookConfiguration, ref);
  await on.client.replace(RESOURCES.ValidatingWebhookConfiguration, { ...rest, webhooks: [] });
  // The API server hears of it a moment later.
  await soon(async () => act());
  const { metadata } = await on.client.get(RESOURCES.ValidatingWebhookConfiguration, ref);
  const { resourceVersion = '' } = metadata;
  await on.client.replace(RESOURCES.ValidatingWebhookConfiguration, {
    ...rest,
    metadata: { ...rest.metadata, resourceVersion },
    webhooks,
  });
}
