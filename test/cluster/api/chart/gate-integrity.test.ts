/**
 * What makes a gate a gate is out of reach for those who may edit its namespace, and nobody else notices. Each row is one attempt of
 * somebody with the ClusterRole `edit` and more, on a pod as the webhook makes it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import { inject } from '../../../../operator/injection/inject.ts';
import type { RawContainer, RawPod } from '../../../../operator/injection/pod.ts';
import type { InjectionSettings } from '../../../../operator/injection/render.ts';
import { eventually } from '../../../support/eventually.ts';
import { BUILD_LIMIT_MS, ChartCluster, NAMESPACE, OPERATOR } from './release.ts';

const IMAGE = 'registry.example.com/gate';
const AUDIENCE = 'sallyport.dev/operator';
const NAMESPACE_CONTROLLER = 'system:serviceaccount:kube-system:namespace-controller';
const COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';

interface Somebody {
  readonly user: string;
  readonly groups: readonly string[];
}
const EDITOR: Somebody = { user: 'eddie', groups: ['editors'] };
const ADMIN: Somebody = { user: 'root', groups: ['system:masters'] };
const NODE: Somebody = { user: 'system:node:node-1', groups: ['system:nodes'] };
const THE_OPERATOR: Somebody = { user: OPERATOR, groups: [] };
const GC: Somebody = { user: COLLECTOR, groups: [] };

let cluster: ChartCluster;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await cluster.install({ sidecar: { image: { repository: IMAGE, tag: '2' } } });
  // Nothing answers it here. What it writes is made by its own code below, and what is tested stands behind it.
  await cluster.kubectl('delete', 'mutatingwebhookconfiguration', 'sallyport-injector');
  for (const namespace of ['labelled', 'plain']) await cluster.kubectl('create', 'namespace', namespace);
  for (const namespace of ['labelled', NAMESPACE, 'kube-system']) {
    await cluster.kubectl('label', 'namespace', namespace, 'sallyport.dev/injection=enabled');
  }
  for (const namespace of ['labelled', 'plain', NAMESPACE, 'kube-system']) {
    await cluster.kubectl('create', 'serviceaccount', 'default', '-n', namespace).catch(() => {});
  }
  // `edit` is put together by a controller that is not here, of these; the rest is what a generous admin gives.
  for (const role of ['system:aggregate-to-edit', 'system:aggregate-to-view']) await grant(role, '--group=editors');
  const more = '--resource=pods/status,pods/ephemeralcontainers,pods/resize';
  await cluster.kubectl('create', 'clusterrole', 'more', '--verb=get,patch,update', more);
  await grant('more', '--group=editors', '--group=system:nodes');
  // kubectl looks at what it patches first; the operator does not.
  await cluster.kubectl('create', 'clusterrole', 'look', '--verb=get', '--resource=pods/status');
  await grant('look', `--user=${OPERATOR}`);
  await cluster.kubectl('create', 'clusterrole', 'tokens', '--verb=create', '--resource=serviceaccounts/token');
  await grant('tokens', '--group=system:nodes');
  const writes = ['--verb=get,create,update,patch,delete', '--resource=configmaps'];
  await cluster.kubectl('create', 'clusterrole', 'configmaps', ...writes);
  await grant('configmaps', `--user=${COLLECTOR}`, `--user=${NAMESPACE_CONTROLLER}`);
  await eventually('the policies act', async () => {
    const entering = await enter(EDITOR, 'exec', 'sallyport').catch(String);
    if (!entering.includes('speak as the gate')) return false;
    const attempts = [
      create(EDITOR, 'plain', { annotations: { 'sallyport.dev/server': 'x' } }),
      token(EDITOR, AUDIENCE),
      as(EDITOR, ['create', 'configmap', 'sallyport-policy-probe', '-n', 'plain']),
    ];
    const answers = await Promise.allSettled(attempts);
    await cluster.kubectl('delete', 'configmap', '-n', 'plain', 'sallyport-policy-probe', '--ignore-not-found');
    return answers.every(({ status }) => status === 'rejected');
  });
  await cluster.server.kubectl(['create', '-n', 'labelled', '-f', '-'], JSON.stringify(gated('gated')));
  await cluster.server.kubectl(['create', '-n', 'labelled', '-f', '-'], JSON.stringify(bare('bare')));
  await writePolicy('sallyport-policy-ledger');
}, BUILD_LIMIT_MS);
afterAll(() => cluster?.server.stop());

function grant(role: string, ...subjects: string[]): Promise<string> {
  return cluster.kubectl(
    'create',
    'clusterrolebinding',
    role.replaceAll(':', '-'),
    `--clusterrole=${role}`,
    ...subjects,
  );
}

/** What kubectl does after it has looked the pod up: asked of the API server, whose admission comes first. */
function enter(who: Somebody, how: 'exec' | 'attach', container: string): Promise<string> {
  const query = container === '' ? '' : `container=${container}&`;
  const path = `/api/v1/namespaces/labelled/pods/gated/${how}?${query}command=true&stdout=true`;
  return as(who, ['create', '--raw', path, '-f', '-'], {});
}

function as({ user, groups }: Somebody, args: readonly string[], object?: object): Promise<string> {
  return cluster.as(user, groups, args, object);
}

const metadataOf = (name: string) => ({ name, labels: { app: 'ledger' } });
const app = { name: 'app', image: 'ledger:1', ports: [{ containerPort: 9000 }] };

/** As the webhook makes it. */
function gated(name: string): RawPod {
  const server = mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: 'labelled' },
    spec: {
      workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000 },
      access: {
        ...{ tokens: { secretName: 'clients' }, revocations: { secretName: 'revoked' }, tls: { secretName: 'tls' } },
        jwt: [{ issuer: 'https://login.example.com', audiences: ['a'] }],
      },
      upstream: {
        credentials: [{ name: 'key', header: 'Authorization', from: { secretName: 'keys', key: 'key' } }],
      },
    },
  });
  const settings: InjectionSettings = {
    image: `${IMAGE}:2`,
    imagePullPolicy: 'IfNotPresent',
    resources: {},
    runAsUser: 65_532,
    logLevel: 'info',
    operatorUrl: 'https://operator.svc:8443',
    stateSizeLimit: '1Gi',
  };
  const namespaceLabels = { 'sallyport.dev/injection': 'enabled' };
  const pod: RawPod = { apiVersion: 'v1', kind: 'Pod', metadata: metadataOf(name), spec: { containers: [app] } };
  return inject(pod, { namespace: 'labelled', namespaceLabels, servers: [server], settings }).pod;
}

/** One that no MCPServer selects. */
function bare(name: string): object {
  const annotations = { 'sallyport.dev/injection-skipped': 'no MCPServer selects it' };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadataOf(name), annotations }, spec: { containers: [app] } };
}

interface Pod {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly name?: string;
  readonly spec?: object;
}

function create(who: Somebody, namespace: string, { spec = {}, ...metadata }: Pod): Promise<string> {
  const names = metadata.name === undefined ? { generateName: 'server-' } : {};
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...names, namespace, ...metadata },
    spec: { containers: [{ name: 'server', image: 'server:1' }], ...spec },
  };
  return as(who, ['create', '--dry-run=server', '-f', '-'], pod);
}

const gate = (more: object = {}): RawContainer => ({
  name: 'sallyport',
  image: `${IMAGE}:2`,
  restartPolicy: 'Always',
  ...more,
});
const volume = (...sources: object[]) => ({ volumes: [{ name: 'token', projected: { sources } }] });
const tokenVolume = (audience?: string) =>
  volume({ serviceAccountToken: { path: 'token', ...(audience === undefined ? {} : { audience }) } });
const SERVER = { 'sallyport.dev/server': 'ledger' };
const OUT = { 'sallyport.dev/inject': 'false' };
const ASKS = { 'sallyport.dev/inject': 'true' };
const SKIPPED = { 'sallyport.dev/injection-skipped': 'no MCPServer selects this pod' };
const FORGED = { annotations: { ...SERVER, 'sallyport.dev/injected': '{}' }, spec: { initContainers: [gate()] } };

describe('a pod that only looks like one with a gate is refused', { tags: ['gate-integrity', 'no-way-around'] }, () => {
  it.each<[which: string, namespace: string, pod: Pod, says: RegExp]>([
    [
      'in a namespace without the label',
      'plain',
      FORGED,
      /a container named sallyport and the annotation sallyport.dev\/server/,
    ],
    [
      'that opted out by annotation',
      'labelled',
      { ...FORGED, annotations: { ...FORGED.annotations, ...OUT } },
      /is for gates/,
    ],
    ['that opted out by label', 'labelled', { ...FORGED, labels: OUT }, /is for gates/],
    [
      'that no MCPServer selects',
      'labelled',
      { ...FORGED, annotations: { ...FORGED.annotations, ...SKIPPED } },
      /is for gates/,
    ],
    ['beside the operator', NAMESPACE, FORGED, /is for gates/],
    ['beside the operator, asking for it', NAMESPACE, { ...FORGED, labels: ASKS }, /is for gates/],
    ['in kube-system, asking for it', 'kube-system', { ...FORGED, labels: ASKS }, /is for gates/],
    [
      'by an ordinary container alone',
      'plain',
      { spec: { containers: [gate({ restartPolicy: undefined })] } },
      /a container named sallyport/,
    ],
    [
      'by an init container alone',
      'plain',
      { spec: { initContainers: [gate({ restartPolicy: undefined })] } },
      /a container named/,
    ],
    [
      'by the token alone',
      'plain',
      { spec: tokenVolume(AUDIENCE) },
      /a ServiceAccount token for sallyport.dev\/operator/,
    ],
    [
      'by the token behind other sources',
      'plain',
      { spec: volume({ downwardAPI: {} }, { serviceAccountToken: { path: 'b', audience: AUDIENCE } }) },
      /a ServiceAccount token for/,
    ],
    ...['server', 'injected', 'policy-revision', 'policy-touched', 'tokens-changed'].map(
      (key): [string, string, Pod, RegExp] => [
        `by the annotation ${key} alone`,
        'plain',
        { annotations: { [`sallyport.dev/${key}`]: 'x' } },
        new RegExp(`the annotation sallyport.dev/${key}, which is for gates`),
      ],
    ),
  ])('%s', async (_, namespace, pod, says) => {
    const refused = create(EDITOR, namespace, pod);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toThrow("ValidatingAdmissionPolicy 'sallyport-gates'");
  });

  it('also for an administrator', async () => {
    await expect(create(ADMIN, 'plain', FORGED)).rejects.toThrow('let an MCPServer select the pod');
  });
});

describe('a pod that is none of our business starts', () => {
  const kinds: Record<string, object> = {
    projected: { volumes: [{ name: 'v', projected: {} }] },
    'projected without sources': { volumes: [{ name: 'v', projected: { sources: [] } }] },
    'a projected token of the API server': tokenVolume(),
    'a projected token of somebody else': tokenVolume('https://vault.example'),
    'a projected ConfigMap and Secret': volume({ configMap: { name: 'a' } }, { secret: { name: 'b' } }),
    'a volume of every other kind': {
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', configMap: { name: 'sallyport-policy-x' } },
        { name: 'c', secret: { secretName: 'x' } },
        { name: 'd', hostPath: { path: '/x' } },
        { name: 'e', downwardAPI: {} },
        {
          name: 'f',
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          },
        },
        { name: 'sallyport-policy', emptyDir: {} },
      ],
    },
    'init containers, sidecars and no token': {
      automountServiceAccountToken: false,
      initContainers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b', restartPolicy: 'Always' },
      ],
    },
    'empty lists': { initContainers: [], volumes: [], tolerations: [] },
    'the network of its node': { hostNetwork: true, hostPID: true, restartPolicy: 'Never' },
  };
  it.each<[which: string, namespace: string, pod: Pod]>([
    ['without labels and annotations', 'plain', {}],
    ['with a name', 'plain', { name: 'x' }],
    ['with empty labels and annotations', 'plain', { labels: {}, annotations: {} }],
    [
      'with labels and annotations of others',
      'plain',
      { labels: { app: 'x' }, annotations: { 'mesh.example/x': 'y' } },
    ],
    ['with our label for what the operator runs', 'plain', { labels: { 'sallyport.dev/server': 'x' } }],
    ['that opted out', 'labelled', { annotations: OUT }],
    ['that opted out by label', 'labelled', { labels: OUT }],
    ['that was left alone', 'labelled', { annotations: SKIPPED }],
    ['beside the operator', NAMESPACE, {}],
    ['in kube-system', 'kube-system', {}],
    ...Object.entries(kinds).map(([what, spec]): [string, string, Pod] => [`with ${what}`, 'plain', { spec }]),
  ])('%s', async (_, namespace, pod) => {
    expect(await create(ADMIN, namespace, pod)).toContain('created (server dry run)');
  });

  it('as the mirror of a static pod', async () => {
    const annotations = { 'kubernetes.io/config.mirror': 'x', 'kubernetes.io/config.source': 'file' };
    const spec = { nodeName: 'node-1', automountServiceAccountToken: false };
    expect(await create(ADMIN, 'kube-system', { name: 'etcd-node-1', annotations, spec })).toContain('created');
  });

  it('and is changed, run and debugged as ever', async () => {
    await cluster.kubectl('run', 'ordinary', '-n', 'plain', '--image=a:1');
    const pod = ['pod/ordinary', '-n', 'plain'];
    expect(await as(EDITOR, ['set', 'image', ...pod, 'ordinary=a:2'])).toContain('updated');
    expect(await as(EDITOR, ['annotate', ...pod, 'a=b'])).toContain('annotated');
    expect(await as(EDITOR, ['label', ...pod, 'a=b'])).toContain('labeled');
    expect(await as(EDITOR, ['annotate', ...pod, 'a-'])).toContain('annotated');
    const phase = JSON.stringify({ status: { phase: 'Running' } });
    expect(await as(NODE, ['patch', ...pod, '--subresource=status', '-p', phase])).toContain('patched');
    const debug = ephemeral({ name: 'debugger', image: 'x', targetContainerName: 'ordinary' });
    expect(await as(EDITOR, ['patch', ...pod, '--subresource=ephemeralcontainers', '-p', debug])).toContain('patched');
    expect(await as(NODE, ['patch', ...pod, '--subresource=status', '-p', phase])).toContain('patched');
    expect(await as(EDITOR, ['delete', ...pod, '--now'])).toContain('deleted');
  });
});

const ephemeral = (container: object): string => JSON.stringify({ spec: { ephemeralContainers: [container] } });
const annotation = (key: string, value: string | null): string =>
  JSON.stringify({ metadata: { annotations: { [`sallyport.dev/${key}`]: value } } });
const image = (name: string, list: string): string => JSON.stringify({ spec: { [list]: [{ name, image: 'evil:1' }] } });

function patch(who: Somebody, pod: string, change: string, subresource?: string): Promise<string> {
  const where = subresource === undefined ? [] : [`--subresource=${subresource}`];
  return as(who, ['patch', 'pod', pod, '-n', 'labelled', '--dry-run=server', ...where, '-p', change]);
}

describe('of a running pod with a gate', { tags: ['gate-integrity'] }, () => {
  const only = /only the Sallyport operator writes sallyport.dev\//;

  it('kubectl set image cannot change the gate', async () => {
    const args = ['set', 'image', 'pod/gated', '-n', 'labelled', 'sallyport=evil:1'];
    await expect(as(EDITOR, args)).rejects.toThrow('the image of the gate of a running pod never changes');
  });

  it.each<[what: string, who: Somebody, pod: string, change: string, says: RegExp, subresource?: string]>([
    [
      'the image of the gate, by an administrator',
      ADMIN,
      'gated',
      image('sallyport', 'initContainers'),
      /never changes/,
    ],
    [
      'the image of the gate, by the operator',
      THE_OPERATOR,
      'gated',
      image('sallyport', 'initContainers'),
      // It may write nothing of a pod but the status, and annotations through that.
      /cannot patch resource "pods" /,
    ],
    ['whose gate it is', EDITOR, 'gated', annotation('server', 'other'), only],
    ['whose gate it is, by the operator', THE_OPERATOR, 'gated', annotation('server', 'other'), only, 'status'],
    ['that it is one', EDITOR, 'gated', annotation('server', null), only],
    ['what was injected', EDITOR, 'gated', annotation('injected', '{}'), only],
    ['what it was told to enforce', EDITOR, 'gated', annotation('policy-revision', 'x'), only],
    ['when it was told', EDITOR, 'gated', annotation('policy-touched', 'x'), only],
    ['when its tokens changed', EDITOR, 'gated', annotation('tokens-changed', 'x'), only],
    ['whose gate it is, through the status', EDITOR, 'gated', annotation('server', 'other'), only, 'status'],
    ['whose gate it is, by its node', NODE, 'gated', annotation('server', 'other'), only, 'status'],
    ['that there is one, where there is none', EDITOR, 'bare', annotation('server', 'ledger'), only],
    ['that one was injected, where there is none', EDITOR, 'bare', annotation('injected', '{}'), only],
  ])('nobody changes %s', async (_, who, pod, change, says, subresource) => {
    await expect(patch(who, pod, change, subresource)).rejects.toThrow(says);
  });

  it.each(['resize', 'ephemeralcontainers'])('an annotation does not get in through %s', async (subresource) => {
    const answer = await as(EDITOR, [
      ...['patch', 'pod', 'gated', '-n', 'labelled', '--dry-run=server', `--subresource=${subresource}`, '-o', 'json'],
      ...['-p', annotation('server', 'other')],
    ]).catch(() => '{"metadata":{"annotations":{"sallyport.dev/server":"ledger"}}}');
    expect(JSON.parse(answer)).toMatchObject({ metadata: { annotations: { 'sallyport.dev/server': 'ledger' } } });
  });

  it.each<[what: string, container: object]>([
    ['mounts the token', { volumeMounts: [{ name: 'sallyport-token', mountPath: '/t' }] }],
    ['mounts the policy', { volumeMounts: [{ name: 'sallyport-policy', mountPath: '/t' }] }],
    ['mounts what is revoked', { volumeMounts: [{ name: 'sallyport-revocations', mountPath: '/t' }] }],
    ['mounts the digests of client tokens', { volumeMounts: [{ name: 'sallyport-clients', mountPath: '/t' }] }],
    ['mounts the key of its certificate', { volumeMounts: [{ name: 'sallyport-tls', mountPath: '/t' }] }],
    ['mounts the keys for its server', { volumeMounts: [{ name: 'sallyport-credentials', mountPath: '/t' }] }],
    ['mounts the state', { volumeMounts: [{ name: 'sallyport-state', mountPath: '/t' }] }],
    ['sees the processes of the gate', { targetContainerName: 'sallyport' }],
  ])('no debug container %s', async (_, container) => {
    const change = ephemeral({ name: 'debugger', image: 'x', ...container });
    await expect(patch(EDITOR, 'gated', change, 'ephemeralcontainers')).rejects.toThrow('speak as the gate');
  });

  it('no debug container has the name of a gate, nor in a pod without one', async () => {
    const change = ephemeral({ name: 'sallyport', image: 'x' });
    await expect(patch(EDITOR, 'bare', change, 'ephemeralcontainers')).rejects.toThrow('may not be named sallyport');
  });

  it.each<[what: string, who: Somebody, pod: string, change: string, subresource?: string]>([
    ['the operator tells it what to enforce', THE_OPERATOR, 'gated', annotation('policy-revision', 'x'), 'status'],
    ['the operator touches it', THE_OPERATOR, 'gated', annotation('policy-touched', 'x'), 'status'],
    ['the operator tells it of tokens', THE_OPERATOR, 'gated', annotation('tokens-changed', 'x'), 'status'],
    ['its node writes its status', NODE, 'gated', JSON.stringify({ status: { phase: 'Running' } }), 'status'],
    ['an editor changes the image of the server', EDITOR, 'gated', image('app', 'containers')],
    ['an editor changes its labels', EDITOR, 'gated', JSON.stringify({ metadata: { labels: { a: 'b' } } })],
    [
      'an editor changes its other annotations',
      EDITOR,
      'gated',
      JSON.stringify({ metadata: { annotations: { a: 'b' } } }),
    ],
    [
      'an editor debugs the server',
      EDITOR,
      'gated',
      ephemeral({ name: 'd', image: 'x', targetContainerName: 'app' }),
      'ephemeralcontainers',
    ],
  ])('%s', async (_, who, pod, change, subresource) => {
    expect(await patch(who, pod, change, subresource)).toContain('patched');
  });
});

function token(who: Somebody, ...audiences: string[]): Promise<string> {
  const wanted = audiences.map((audience) => `--audience=${audience}`);
  return as(who, ['create', 'token', 'default', '-n', 'labelled', ...wanted]);
}

describe('a token', { tags: ['gate-integrity'] }, () => {
  it.each<[what: string, who: Somebody, audiences: string[]]>([
    ['for the operator, to an editor', EDITOR, [AUDIENCE]],
    ['for the operator among others, to an editor', EDITOR, ['https://vault.example', AUDIENCE]],
    ['for the operator, to an administrator', ADMIN, [AUDIENCE]],
  ])('is not given %s', async (_, who, audiences) => {
    await expect(token(who, ...audiences)).rejects.toThrow('tokens for sallyport.dev/operator are for gates');
  });

  it.each<[what: string, who: Somebody, audiences: string[]]>([
    ['for the operator, to a kubelet', NODE, [AUDIENCE]],
    ['for somebody else, to an editor', EDITOR, ['https://vault.example']],
    ['for the API server, to an editor', EDITOR, []],
    ['for the API server, to a kubelet', NODE, []],
  ])('is given %s', async (_, who, audiences) => {
    expect((await token(who, ...audiences)).split('.')).toHaveLength(3);
  });
});

const policy = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'labelled' },
  data: { 'bundle.json': '{}' },
  ...more,
});

async function writePolicy(name: string): Promise<void> {
  const ownerReferences = [{ apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', name: 'ledger', uid: 'a-uid' }];
  const metadata = { name, namespace: 'labelled', ownerReferences };
  await cluster.asOperator(policy(name, { metadata }));
}

describe('the ConfigMap with a policy', { tags: ['gate-integrity'] }, () => {
  const ledger = ['configmap', 'sallyport-policy-ledger', '-n', 'labelled'];
  const change = ['--type=merge', '-p', '{"data":{"bundle.json":"{\\"a\\":1}"}}'];
  const says = 'only the Sallyport operator writes them';

  it.each<[what: string, who: Somebody, args: string[], object?: object]>([
    ['make one', EDITOR, ['create', '-f', '-'], policy('sallyport-policy-x')],
    [
      'make one that cannot be changed',
      EDITOR,
      ['create', '-f', '-'],
      policy('sallyport-policy-x', { immutable: true }),
    ],
    [
      'make one by half a name',
      EDITOR,
      ['create', '-f', '-'],
      policy('', { metadata: { generateName: 'sallyport-policy-', namespace: 'labelled' } }),
    ],
    ['change one', EDITOR, ['patch', ...ledger, ...change]],
    [
      'apply one',
      EDITOR,
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      policy('sallyport-policy-ledger'),
    ],
    ['fix one', EDITOR, ['patch', ...ledger, '-p', '{"immutable":true}']],
    ['disown one', EDITOR, ['patch', ...ledger, '--type=merge', '-p', '{"metadata":{"ownerReferences":null}}']],
    ['delete one', EDITOR, ['delete', ...ledger]],
    ['delete them all at once', EDITOR, ['delete', '--raw', '/api/v1/namespaces/labelled/configmaps']],
    ['change one, as an administrator', ADMIN, ['patch', ...ledger, ...change]],
    ['make one, as a collector', GC, ['apply', '--server-side', '-f', '-'], policy('sallyport-policy-x')],
  ])('nobody else may %s', async (_, who, args, object) => {
    await expect(as(who, args, object)).rejects.toThrow(says);
  });

  it.each<[what: string, who: Somebody, args: string[]]>([
    ['the operator changes it', THE_OPERATOR, ['patch', ...ledger, ...change]],
    [
      'the garbage collector frees it',
      GC,
      ['patch', ...ledger, '--type=merge', '-p', '{"metadata":{"finalizers":null}}'],
    ],
    ['the garbage collector deletes it', GC, ['delete', ...ledger, '--dry-run=server']],
    [
      'the namespace controller deletes it',
      { user: NAMESPACE_CONTROLLER, groups: [] },
      ['delete', ...ledger, '--dry-run=server'],
    ],
  ])('%s', async (_, who, args) => {
    expect(await as(who, args)).toMatch(/patched|deleted/);
  });

  it('is deleted by hand once it belongs to no MCPServer', async () => {
    await writePolicy('sallyport-policy-orphan');
    const orphan = ['configmap', 'sallyport-policy-orphan', '-n', 'labelled'];
    await as(GC, ['patch', ...orphan, '--type=merge', '-p', '{"metadata":{"ownerReferences":null}}']);
    expect(await as(EDITOR, ['delete', ...orphan])).toContain('deleted');
  });

  it('leaves all others alone', async () => {
    const other = policy('sallyport-policies', { immutable: true });
    expect(await as(EDITOR, ['create', '-f', '-'], other)).toContain('created');
    expect(await as(EDITOR, ['delete', 'configmap', 'sallyport-policies', '-n', 'labelled'])).toContain('deleted');
    expect(await as(EDITOR, ['delete', '--raw', '/api/v1/namespaces/plain/configmaps'])).toContain('ConfigMapList');
  });
});

describe('a running gate', { tags: ['gate-integrity'] }, () => {
  it.each(['exec', 'attach'] as const)('lets nobody in by %s', async (how) => {
    for (const who of [EDITOR, ADMIN]) {
      await expect(enter(who, how, 'sallyport')).rejects.toThrow('one could speak as the gate');
    }
  });

  it.each([
    ['of another name', 'app'],
    ['that is not named', ''],
  ])('is not what a container %s is', async (_, container) => {
    // There is no node here that it could run on.
    await expect(enter(EDITOR, 'exec', container)).rejects.toThrow(/host|assigned|container/);
  });
});
