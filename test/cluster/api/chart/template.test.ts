/** What helm makes of the chart, and that a real API server would take all of it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, parse } from 'yaml';
import { DASHBOARDS } from '../../../../scripts/monitoring/dashboards.ts';
import { ALERTS } from '../../../../scripts/monitoring/rules.ts';
import { parseConfig as parseArchiveConfig } from '../../../../archive/config.ts';
import { parseHooksConfig } from '../../../../operator/hooks/config.ts';
import { parseConfig } from '../../../../operator/config.ts';
import { installCertManagerKinds } from '../../cert-manager-kinds.ts';
import { installPrometheusKinds } from '../../prometheus-kinds.ts';
import { toolVersion } from '../../tools.ts';
import { BUILD_LIMIT_MS, CHART, ChartCluster, NAMESPACE, RELEASE } from './release.ts';
import { HAS_VOTE_POLICIES } from './voter.ts';

const VOTE_POLICIES = 'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy';

interface Rendered {
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  spec: never;
}

let cluster: ChartCluster;
beforeAll(async () => {
  cluster = await ChartCluster.start();
  await installPrometheusKinds(cluster.server);
  await installCertManagerKinds(cluster.server);
}, BUILD_LIMIT_MS);
afterAll(() => cluster?.server.stop());

/** Every switch on and every value another than the default. */
interface Selecting {
  namespaceSelector?: { matchExpressions?: object[] };
}

const EVERYTHING = {
  replicas: 3,
  image: { repository: 'registry.example.com:5000/sallyport-operator', tag: 'v9', pullPolicy: 'Always' },
  imagePullSecrets: ['registry'],
  logLevel: 'debug',
  clusterDomain: 'cluster.example',
  sidecar: {
    image: { repository: 'registry.example.com/gate', digest: `sha256:${'a'.repeat(64)}`, pullPolicy: 'Never' },
    imagePullSecrets: ['gates'],
    resources: { requests: { cpu: 1, memory: '1Gi' }, limits: { memory: '2Gi' } },
    runAsUser: 1_000_660_000,
    logLevel: 'warn',
    stateSizeLimit: '2Gi',
    auditToStdout: true,
  },
  telemetry: {
    otlp: {
      ...{ endpoint: 'http://collector.observability:4317', protocol: 'grpc', signals: ['traces', 'logs'] },
      headersFrom: { secretName: 'otlp', key: 'token' },
      ...{ tracesSampler: 'traceidratio', tracesSamplerArg: 0.25 },
      resourceAttributes: { 'deployment.environment.name': 'production' },
    },
  },
  archive: {
    ...{ enabled: true, replicas: 2, retention: null, logLevel: 'debug' },
    storage: { size: '1Gi', storageClassName: 'fast' },
    postgres: { secretName: 'archive-database', port: 6432 },
    objects: {
      endpoint: 'https://s3.example.com',
      bucket: 'records',
      region: 'eu',
      secretName: 's3',
      lock: '365d',
      port: 9000,
    },
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
  },
  approvals: {
    ...{ keepSettledFor: '24h', voteBy: 'Webhook' },
    hooks: {
      ...{ enabled: true, replicas: 3, impersonation: 'Unconstrained', tlsSecretName: '', logLevel: 'debug' },
      people: [{ user: 'ada@example.com', groups: ['treasury'], slack: 'U012AB3CD' }, { user: 'bob' }],
      slack: { secretName: 'slack-app', team: 'T0ACME', responses: 'https://hooks.slack-gov.com' },
      senders: [{ name: 'tickets', secretName: 'tickets-hook', speaksFor: ['bob'] }],
      from: [{ podSelector: {} }],
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
    },
  },
  notifications: {
    channels: [{ name: 'chat', type: 'Slack', channel: 'C024BE91L', buttons: true, secretName: 'slack' }],
    proxy: 'http://proxy.example.com:3128',
    ports: [8443],
  },
  auditKeys: { rotateAfter: '720h' },
  witness: {
    keepEndedFor: '48h',
    bucket: {
      url: 'http://store.example:9000/evidence/',
      region: 'eu',
      secretName: 'evidence',
      mode: 'GOVERNANCE',
      every: '1h',
      retainFor: '24h',
    },
  },
  admission: { sidecarRepositories: ['mirror.example.com/gate'] },
  webhooks: { timeoutSeconds: 10 },
  tls: {
    secretName: 'house',
    certManager: {
      enabled: true,
      issuer: { name: 'house', kind: 'ClusterIssuer' },
      duration: '720h',
      injectCaBundle: true,
    },
  },
  adapters: ['kagent.dev', 'mcp.x-k8s.io'],
  ports: { webhook: 19443, sidecars: 19444, metrics: 18080 },
  rbac: { aggregateRoles: true },
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
  runAsUser: 1_000_660_000,
  podAnnotations: { note: 'x' },
  podLabels: { team: 'platform' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
  ],
  priorityClassName: 'system-cluster-critical',
  podDisruptionBudget: { enabled: true, maxUnavailable: '50%' },
  networkPolicy: { enabled: true, apiServerPorts: [16443], metricsFrom: [{ podSelector: {} }] },
  metrics: {
    serviceMonitor: { enabled: true, interval: '1m', labels: { release: 'prometheus' } },
    podMonitor: { enabled: true, interval: '1m', labels: { release: 'prometheus' } },
  },
  alerts: { enabled: true, labels: { release: 'prometheus' }, runbooks: 'https://wiki.example.com/mcp/runbooks' },
  dashboards: { enabled: true, labels: { grafana: 'yes' }, annotations: { folder: 'MCP' } },
};

/** As for the API server that there is. */
function template(values: object): Promise<string> {
  const apis = HAS_VOTE_POLICIES ? ['--api-versions', VOTE_POLICIES] : [];
  return cluster.helm(['template', RELEASE, CHART, '--kube-version', toolVersion('kube-apiserver'), ...apis], values);
}

async function render(values: object): Promise<Rendered[]> {
  return parseAllDocuments(await template(values)).map((document) => document.toJS() as Rendered);
}

describe('helm', () => {
  it('lints the chart without a warning', async () => {
    expect(await cluster.rawHelm(['lint', CHART, '--strict'])).toContain('0 chart(s) failed');
  });

  it.each([
    ['by default', {}],
    ['with every switch on', EVERYTHING],
    ['with an archive in SQLite', { archive: { enabled: true } }],
    ['on the network of its nodes', { hostNetwork: true, replicas: 1 }],
    ['with every switch off', { podDisruptionBudget: { enabled: false }, networkPolicy: { enabled: false } }],
  ])('renders what an API server takes, %s', async (_, values) => {
    const documents = await render(values);
    const input = documents.map((document) => JSON.stringify(document)).join('\n---\n');
    const output = await cluster.server.kubectl(
      ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
      input,
    );
    expect(output.trim().split('\n')).toHaveLength(documents.length);
  });

  it('renders everything under the namespace of the release, and no object without our labels', async () => {
    for (const { kind, metadata } of await render(EVERYTHING)) {
      expect([undefined, NAMESPACE], `${kind} ${metadata.name}`).toContain(metadata.namespace);
      expect(metadata.labels, `${kind} ${metadata.name}`).toMatchObject({
        'app.kubernetes.io/name': 'sallyport',
        'app.kubernetes.io/instance': RELEASE,
      });
    }
    expect(await template(EVERYTHING)).not.toContain('sallyport-system');
  });

  it.each(['Policy', 'Webhook'])(
    'binds every webhook and admission policy to the namespaces that are served, votes by %s',
    async (voteBy) => {
      const isBinding = ({ kind }: { kind: string }) => kind.endsWith('AdmissionPolicyBinding');
      const documents = (await render({ watchNamespaces: ['b', 'a'], approvals: { voteBy } })) as unknown as {
        kind: string;
        metadata: { name: string };
        spec?: { matchResources?: Selecting };
        webhooks?: (Selecting & { name: string })[];
      }[];
      const selecting = documents.flatMap((document): [string, Selecting | undefined][] => {
        if (isBinding(document)) return [[`${document.kind} ${document.metadata.name}`, document.spec?.matchResources]];
        return (document.webhooks ?? []).map((webhook) => [webhook.name, webhook]);
      });
      expect(selecting.length).toBeGreaterThan(8);
      const served = { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['a', 'b', NAMESPACE] };
      for (const [what, selector] of selecting)
        expect(selector?.namespaceSelector?.matchExpressions, what).toContainEqual(served);
      const roles = documents.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.name);
      expect(roles.filter((name) => name === 'sallyport-operator-watched')).toHaveLength(3);
    },
  );

  it('renders a configuration that the operator reads', async () => {
    const documents = (await render(EVERYTHING)) as unknown as { data?: Record<string, string> }[];
    const text = documents.map(({ data }) => data?.['operator.yaml']).find((found) => found !== undefined) ?? '';
    expect(parseConfig(text, 'operator.yaml')).toEqual({
      namespace: NAMESPACE,
      watchNamespaces: [],
      run: { enabled: true },
      serviceName: 'sallyport-operator',
      clusterDomain: 'cluster.example',
      ports: { webhook: 19443, sidecars: 19444, metrics: 18080 },
      tls: { secretName: 'house', injectedCaBundle: true },
      webhooks: { mutating: 'sallyport-injector', validating: 'sallyport-validator' },
      leaderElection: true,
      logLevel: 'debug',
      sidecar: {
        image: `registry.example.com/gate@sha256:${'a'.repeat(64)}`,
        imagePullPolicy: 'Never',
        imagePullSecrets: ['gates'],
        repositories: ['mirror.example.com/gate'],
        resources: { requests: { cpu: 1, memory: '1Gi' }, limits: { memory: '2Gi' } },
        runAsUser: 1_000_660_000,
        logLevel: 'warn',
        stateSizeLimit: '2Gi',
        auditToStdout: true,
        telemetry: {
          ...{ endpoint: 'http://collector.observability:4317', protocol: 'grpc', signals: ['traces', 'logs'] },
          headersFrom: { secretName: 'otlp', key: 'token' },
          ...{ sampler: 'traceidratio', samplerArg: '0.25' },
          resourceAttributes: { 'deployment.environment.name': 'production' },
        },
      },
      archive: { enabled: true },
      hooks: { enabled: true },
      approvals: { keepSettledFor: 86_400_000 },
      notifications: {
        channels: [
          {
            ...{ name: 'chat', type: 'Slack', channel: 'C024BE91L', buttons: true, default: true },
            api: 'https://slack.com/api',
          },
        ],
        proxy: 'http://proxy.example.com:3128',
        secrets: '/etc/sallyport-channels',
      },
      auditKeys: { rotateAfter: 2_592_000_000 },
      witness: {
        keepEndedFor: 172_800_000,
        writeEvery: 500,
        bucket: {
          url: 'http://store.example:9000/evidence/',
          region: 'eu',
          mode: 'GOVERNANCE',
          every: 3_600_000,
          retainFor: 86_400_000,
        },
      },
    });
  });

  it.each([
    [
      EVERYTHING,
      { store: { postgres: {} }, objects: { lock: 365 * 86_400_000 }, retention: null, logLevel: 'debug' },
      'Deployment',
    ],
    [{ archive: { enabled: true } }, { store: { sqlite: {} }, retention: 90 * 86_400_000 }, 'StatefulSet'],
  ])('renders a configuration that the archive reads, and mounts what it names', async (values, expected, kind) => {
    const documents = (await render(values)) as unknown as { data?: Record<string, string> }[];
    const text = documents.map(({ data }) => data?.['archive.yaml']).find((found) => found !== undefined) ?? '';
    const config = parseArchiveConfig(text, 'archive.yaml');
    expect(config).toMatchObject({ ...expected, readers: { kubernetes: true } });
    const rendered = (await render(values)).find(
      (document) => document.kind === kind && document.metadata.name === 'sallyport-archive',
    );
    const mounts = JSON.stringify(rendered?.spec ?? {});
    const { sqlite, postgres } = config.store;
    const credentials = config.objects === undefined ? [] : [config.objects.credentials];
    for (const path of [config.tls, dirname(sqlite?.file ?? postgres?.urlFile ?? ''), ...credentials])
      expect(mounts).toContain(`"mountPath":"${path}"`);
    expect(mounts).toContain('"readOnlyRootFilesystem":true');
  });

  it('renders a configuration that the hooks read, and mounts what it names', async () => {
    const documents = (await render(EVERYTHING)) as unknown as { data?: Record<string, string> }[];
    const text = documents.map(({ data }) => data?.['hooks.yaml']).find((found) => found !== undefined) ?? '';
    const config = parseHooksConfig(text, 'hooks.yaml');
    const secrets = '/var/run/secrets/sallyport.dev/hooks';
    expect(config).toEqual({
      ports: { hooks: 9445, metrics: 8080 },
      logLevel: 'debug',
      tls: '/var/run/secrets/sallyport.dev/tls',
      people: [
        { user: 'ada@example.com', groups: ['treasury'], slack: 'U012AB3CD' },
        { user: 'bob', groups: [] },
      ],
      slack: { secretFile: `${secrets}/slack`, team: 'T0ACME', responses: 'https://hooks.slack-gov.com' },
      senders: [{ name: 'tickets', secretFile: `${secrets}/sender-tickets`, speaksFor: ['bob'] }],
    });
    const ofHooks = (await render(EVERYTHING)).filter(({ metadata }) => metadata.name === 'sallyport-hooks');
    const mounts = JSON.stringify(ofHooks.find(({ kind }) => kind === 'Deployment')?.spec);
    for (const path of [config.tls, secrets]) expect(mounts).toContain(`"mountPath":"${path}"`);
    expect(mounts).toContain('{"key":"signingSecret","path":"slack"}');
    expect(mounts).toContain('{"key":"secret","path":"sender-tickets"}');
    expect(mounts).toContain('"readOnlyRootFilesystem":true');
  });

  it.each<[hooks: object, words: string]>([
    [{}, 'nothing would come in'],
    [{ slack: { secretName: 'slack-app' } }, 'team has to be, too'],
    [{ slack: { secretName: 'slack-app', team: 'T0ACME' } }, 'approvals.hooks.people is empty'],
    [
      { senders: [{ name: 'a', secretName: 'b', speaksFor: ['eve'] }], people: [{ user: 'ada' }] },
      'a speaks for eve, who is nobody',
    ],
    [{ senders: [{ name: 'a', secretName: 'b', speaksFor: ['ada'] }], people: [{ user: 'system:admin' }] }, 'people'],
    [
      {
        senders: [{ name: 'a', secretName: 'b', speaksFor: ['ada'] }],
        people: [{ user: 'ada', groups: ['system:masters'] }],
      },
      'people',
    ],
  ])('renders no hooks that could not be, or that could be too much: %j', async (hooks, words) => {
    await expect(template({ approvals: { hooks: { enabled: true, ...hooks } } })).rejects.toThrow(words);
  });

  it.runIf(HAS_VOTE_POLICIES)('says that an older cluster cannot keep the hooks to votes', async () => {
    const people = [{ user: 'ada' }];
    const senders = [{ name: 'a', secretName: 'b', speaksFor: ['ada'] }];
    const values = { approvals: { hooks: { enabled: true, people, senders } } };
    const older = ['template', RELEASE, CHART, '--kube-version', '1.34.0', '--api-versions', 'v1/Pod'];
    const policies = ['--api-versions', 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy'];
    await expect(cluster.helm([...older, ...policies], values)).rejects.toThrow(
      'which this cluster, which is v1.34.0, cannot do',
    );
    const accepted = { approvals: { hooks: { ...values.approvals.hooks, impersonation: 'Unconstrained' } } };
    expect(await cluster.helm([...older, ...policies], accepted)).toContain('verbs: [impersonate]');
  });

  it('renders no archive that could not be', async () => {
    await expect(template({ archive: { enabled: true, replicas: 2 } })).rejects.toThrow(
      'set archive.postgres.secretName',
    );
  });

  it('lets the operator reach the bucket, with the keys of a Secret that has to be named', async () => {
    const bucket = { url: 'https://s3.example.com/evidence/', secretName: 'evidence' };
    const text = await template({ witness: { bucket } });
    expect(text).toMatch(/- name: AWS_SECRET_ACCESS_KEY\n +valueFrom:\n +secretKeyRef:\n +name: evidence\n/);
    expect(text).toMatch(/no selector can name it\.\n +- ports:\n +- port: 443\n/);
    expect(await template(EVERYTHING)).toMatch(/no selector can name it\.\n +- ports:\n +- port: 9000\n/);
    await expect(template({ witness: { bucket: { url: bucket.url } } })).rejects.toThrow(/witness\.bucket\.secretName/);
    expect(await template({})).not.toContain('AWS_');
  });

  it('on the network of its nodes keeps the names of the cluster, and makes room before it starts', async () => {
    const text = await template({ hostNetwork: true, ports: { webhook: 10260, sidecars: 10261, metrics: 10262 } });
    expect(text).toMatch(/hostNetwork: true\n +# .*\n +dnsPolicy: ClusterFirstWithHostNet\n/);
    expect(text).toMatch(/maxUnavailable: 1\n +maxSurge: 0\n/);
    expect(text).toMatch(/name: webhook\n +containerPort: 10260\n/);
    expect(text).not.toContain('kind: NetworkPolicy');
    expect(await template({})).toMatch(/maxUnavailable: 0\n +maxSurge: 1\n/);
    await expect(template({ ports: { webhook: 9444 } })).rejects.toThrow(
      'ports: webhook, sidecars and metrics have to be three',
    );
  });

  it('lets the operator read the Secret of the house, and no more', async () => {
    const role = (text: string): string => /kind: Role\n[\s\S]*?\n---/.exec(text)?.[0] ?? '';
    expect(role(await template({ tls: { secretName: 'house' } }))).toMatch(
      /resourceNames: \[house\]\n +verbs: \[get\]\n/,
    );
    const managed = await template({ tls: { certManager: { enabled: true, issuer: { name: 'ca' } } } });
    expect(role(managed)).toContain('resourceNames: [sallyport-operator-serving]');
    expect(managed).not.toContain('inject-ca-from');
    expect(role(await template({}))).not.toMatch(/\[get\]/);
    expect(
      (await template(EVERYTHING)).match(/cert-manager\.io\/inject-ca-from: guard\/sallyport-operator\n/g),
    ).toHaveLength(6);
  });

  it.each([
    [{ secretName: 'sallyport-operator-tls' }, "is the Secret of the operator's own certificates; name another"],
    [{ certManager: { enabled: true } }, 'tls.certManager.issuer.name is needed'],
    [{ certManager: { injectCaBundle: true } }, 'tls.certManager.injectCaBundle needs tls.certManager.enabled'],
  ])('refuses certificates that could not be: %j', async (tls, message) => {
    await expect(template({ tls })).rejects.toThrow(message);
  });

  it('leaves the users to the cluster where they are null', async () => {
    const text = await template({ runAsUser: null, sidecar: { runAsUser: null } });
    expect(text).toContain('runAsUser: null');
    expect(text).not.toMatch(/runAs(User|Group): \d/);
  });

  it('watches ports that exist', async () => {
    type Endpoints = { spec: { endpoints?: { port: string }[]; podMetricsEndpoints?: { port: string }[] } };
    const documents = (await render(EVERYTHING)) as unknown as Endpoints[];
    const ports = documents.flatMap(({ spec }) => spec?.endpoints ?? spec?.podMetricsEndpoints ?? []);
    expect(ports.map(({ port }) => port)).toEqual(expect.arrayContaining(['metrics', 'sallyport-admin']));
    expect(ports).toHaveLength(4);
  });

  it('renders the dashboards and alerts that the chart has, with the runbooks where they are', async () => {
    type Data = {
      kind: string;
      metadata: { name: string };
      data?: Record<string, string>;
      spec: { groups: RuleGroup[] };
    };
    type RuleGroup = { rules: { alert?: string; annotations?: { runbook_url: string } }[] };
    const documents = (await render(EVERYTHING)) as unknown as Data[];
    const dashboards = documents.find(({ metadata }) => metadata.name === 'sallyport-dashboards')?.data ?? {};
    for (const { name } of DASHBOARDS) {
      const file = readFileSync(join(CHART, 'dashboards', `${name}.json`), 'utf8');
      expect(JSON.parse(dashboards[`sallyport-${name}.json`] ?? '')).toEqual(JSON.parse(file));
    }
    expect(Object.keys(dashboards)).toHaveLength(DASHBOARDS.length);
    // `kubectl apply` keeps all of it in an annotation, of which there may be 256 KiB.
    expect(JSON.stringify(dashboards).length).toBeLessThan(128 * 1024);
    const rules =
      documents.find(({ kind }) => kind === 'PrometheusRule')?.spec.groups.flatMap((group) => group.rules) ?? [];
    const runbooks = rules.flatMap(({ annotations }) => annotations?.runbook_url ?? []);
    expect(runbooks).toEqual(ALERTS.map(({ name }) => `https://wiki.example.com/mcp/runbooks#${name.toLowerCase()}`));
  });

  it('restarts the pods when the configuration changes, and only then', async () => {
    const checksum = async (values: object): Promise<unknown> =>
      /checksum\/config: (\w+)/.exec(await template(values))?.[1] ?? expect.fail();
    expect(await checksum({ replicas: 5 })).toBe(await checksum({}));
    expect(await checksum({ sidecar: { logLevel: 'debug' } })).not.toBe(await checksum({}));
  });
});

describe('a value is refused', () => {
  it.each([
    ['with a name that does not exist', { replica: 3 }, "additional properties 'replica' not allowed"],
    ['with a misspelt name below', { sidecar: { image: { repositry: 'x/y' } } }, "at '/sidecar/image': additional"],
    ['without any replica', { replicas: 0 }, "at '/replicas': minimum"],
    ['with a tag in the repository', { image: { repository: 'example.com/x:1' } }, "at '/image/repository'"],
    ['with half a digest', { image: { digest: 'sha256:abc' } }, "at '/image/digest'"],
    ['with an amount that is none', { resources: { limits: { memory: 'lots' } } }, "at '/resources/limits/memory'"],
    ['with a level that does not exist', { logLevel: 'verbose' }, "at '/logLevel': value must be one of"],
    ['as text where a switch is', { networkPolicy: { enabled: 'no' } }, "at '/networkPolicy/enabled'"],
    [
      'with an anchor in the page of runbooks',
      { alerts: { runbooks: 'https://a.example/b#c' } },
      "at '/alerts/runbooks'",
    ],
    ['with a project that is not known', { adapters: ['example.com'] }, "at '/adapters/0'"],
    ['as root', { runAsUser: 0 }, "at '/runAsUser'"],
  ])('%s', async (_, values, message) => {
    await expect(template(values)).rejects.toThrow(message);
  });
});

const byName = (voteBy: string): object => ({ approvals: { voteBy } });

describe('a cluster', () => {
  const on = (version: string, kinds: readonly string[], values: object = {}): Promise<string> =>
    cluster.helm(
      [
        ...['template', RELEASE, CHART, '--kube-version', version],
        ...kinds.flatMap((kind) => ['--api-versions', kind]),
      ],
      values,
    );
  const [POD, CHECKS] = ['v1/Pod', 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy'];
  const FIELDS = 'selectable fields of CustomResourceDefinitions (on by default from 1.31)';
  const POLICIES = 'ValidatingAdmissionPolicy of admissionregistration.k8s.io/v1 (there from 1.30)';

  it.each([
    ['1.30.4', [], FIELDS],
    ['1.29.2', [], `${FIELDS} and ${POLICIES}`],
    ['1.33.0', [POD], POLICIES],
  ])('of version %s with the kinds %j is refused in a sentence', async (version, kinds, lacks) => {
    await expect(on(version, kinds)).rejects.toThrow(
      `Sallyport needs Kubernetes 1.31 or newer, and this cluster, which is v${version}, lacks ${lacks}; upgrade the cluster first.`,
    );
  });

  it('that is too old gets no kinds either', async () => {
    const crds = join(CHART, '..', 'sallyport-crds');
    await expect(cluster.rawHelm(['template', RELEASE, crds, '--kube-version', '1.30.4'])).rejects.toThrow(
      `this cluster, which is v1.30.4, lacks ${FIELDS}; upgrade the cluster first.`,
    );
  });

  it.each([
    ['has the policies for it: they do', '1.36.0', [POD, CHECKS, VOTE_POLICIES], {}, 'Policy'],
    [
      'has them and is to use the webhook: that does',
      '1.36.0',
      [POD, CHECKS, VOTE_POLICIES],
      byName('Webhook'),
      'Webhook',
    ],
    ['has them not: the webhook does', '1.31.0', [POD, CHECKS], {}, 'Webhook'],
    ['is not in sight: the webhook does, which works everywhere', '1.36.0', [], {}, 'Webhook'],
    ['is not in sight: what was asked for does', '1.31.0', [], byName('Policy'), 'Policy'],
  ])('votes are written in one that %s', async (_, version, kinds, values, voter) => {
    const text = await on(version, kinds, values);
    const written = parseAllDocuments(text)
      .map((document) => document.toJS() as Rendered)
      .filter(({ metadata }) => metadata.name === 'sallyport-approval-vote')
      .map(({ kind }) => kind);
    const policies = ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'];
    expect(written).toEqual(voter === 'Policy' ? policies : ['MutatingWebhookConfiguration']);
    // One for votes and two for grants, each of which the operator looks for, and may.
    expect(text.split('kind: MutatingAdmissionPolicy\n')).toHaveLength(voter === 'Policy' ? 7 : 1);
    expect(text.includes('mutatingadmissionpolicies')).toBe(voter === 'Policy');
  });

  it('that lacks what was asked for says so', async () => {
    await expect(on('1.32.1', [POD, CHECKS], byName('Policy'))).rejects.toThrow(
      'approvals.voteBy is Policy, and this cluster, which is v1.32.1, lacks MutatingAdmissionPolicy of admissionregistration.k8s.io/v1 (there from 1.36); write Webhook, or leave it out.',
    );
  });
});

it('every value is in the schema, and has a place in the schema that fits', async () => {
  const values = parse(await cluster.rawHelm(['show', 'values', CHART])) as object;
  await expect(template(values)).resolves.toContain('kind: Deployment');
});
