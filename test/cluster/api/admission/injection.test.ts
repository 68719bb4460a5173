/** Injection through the webhook of a real API server: what it makes of our patch, and what it lets in when we are away. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, inject as provided, it } from 'vitest';
import { mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import { injectHandler } from '../../../../operator/admission/inject-handler.ts';
import type { AdmissionHandler } from '../../../../operator/admission/review.ts';
import { type RunningServer, startAdmission } from '../../../../operator/admission/testing/running-server.ts';
import { inject, type InjectionContext } from '../../../../operator/injection/inject.ts';
import { type RawContainer, type RawPod, sidecarOf } from '../../../../operator/injection/pod.ts';
import { readCase, SETTINGS } from '../../../../operator/injection/testing/read-case.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { ANNOTATION, LABEL, SIDECAR_CONTAINER } from '../../../../operator/names.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { bench, type Bench, create, install, mutatingConfiguration, pod } from './bench.ts';
import { measureInjection } from './measure-injection.ts';

const cleanup = cleanupAfterEach();
const kubeconfig = () => provided('apiServerKubeconfig');

interface Injecting extends Bench {
  readonly webhook: RunningServer;
  readonly context: InjectionContext;
  readonly configuration: string;
}

const ENABLED = { [LABEL.injection]: 'enabled' };

async function injecting(more: ReadonlyMap<string, AdmissionHandler> = new Map()): Promise<Injecting> {
  const on = await bench(cleanup, kubeconfig(), ENABLED);
  const server = mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: on.namespace },
    spec: {
      workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000 },
      access: { tokens: { secretName: 'ledger-clients' } },
    },
  });
  const context = { namespace: on.namespace, namespaceLabels: ENABLED, servers: [server], settings: SETTINGS };
  const log = pino({ level: 'silent' });
  const handler = injectHandler({ settings: SETTINGS, servers: () => [server], namespaceLabels: () => ENABLED, log });
  const webhook = await cleanup.use(startAdmission(new Map([['/inject', handler], ...more])));
  const { caBundle } = webhook.certificates.current();
  // The API server asks configurations in the order of their names, and the webhooks of each in theirs.
  const configuration = on.unique('sallyport-injector');
  const hooks = ['/inject', ...more.keys()].map((path) => ({
    name: `${path.slice(1)}.example.com`,
    url: webhook.url + path,
    caBundle,
  }));
  await install(cleanup, on, mutatingConfiguration(on, configuration, ...hooks), async () => {
    const probe = await create(on, pod(), '--dry-run=server');
    return annotations(probe)[ANNOTATION.injected] !== undefined;
  });
  return { ...on, webhook, context, configuration };
}

const annotations = (object: RawObject) => object.metadata.annotations ?? {};
const raw = (object: RawObject) => object as unknown as RawPod;

function sidecar(object: RawObject): RawContainer {
  const container = sidecarOf(raw(object));
  if (container === undefined) throw new Error('the pod has no sidecar');
  return container;
}

describe('a pod that is created', () => {
  it('gets its sidecar, and the API server takes every field of it', async () => {
    const on = await injecting();
    const made = await create(on, pod());
    expect(made.metadata.name).toMatch(/^ledger-/);
    expect(sidecar(made)).toMatchObject({ restartPolicy: 'Always', image: SETTINGS.image });
    expect(raw(made).spec.containers[0]?.ports).toEqual([{ containerPort: 9000, protocol: 'TCP' }]);
  });

  it('is stored in a form in which a second look finds nothing to change', async () => {
    const on = await injecting();
    const made = await create(on, pod());
    expect(inject(raw(made), on.context).patch).toEqual([]);
  });

  it(
    'has no token for the Kubernetes API in its sidecar, although its own container has',
    { tags: ['confined-gate'] },
    async () => {
      const on = await injecting();
      const { spec } = raw(await create(on, pod()));
      const apiToken = spec.volumes?.find(({ name }) => name.startsWith('kube-api-access-'))?.name;
      const mounting = [...(spec.initContainers ?? []), ...spec.containers].filter(({ volumeMounts = [] }) =>
        volumeMounts.some(({ name }) => name === apiToken),
      );
      expect(apiToken).toBeDefined();
      expect(mounting.map(({ name }) => name)).toEqual(['app']);
    },
  );

  it('is asked about once, since nothing that the API server adds is to be taken out', async () => {
    const on = await injecting();
    const asked = async () =>
      /duration_seconds_count{webhook="inject"} (\d+)/.exec(await on.webhook.registry.metrics())?.[1];
    const before = Number(await asked());
    await create(on, pod());
    expect(Number(await asked())).toBe(before + 1);
  });

  it('is refused in words when it cannot have a gate', async () => {
    const on = await injecting();
    await expect(create(on, pod({ spec: { hostNetwork: true } }))).rejects.toThrow(
      /admission webhook "inject\.example\.com" denied the request: no gate can be put into Pod admission-\w+\/ledger-…: the pod uses the network of its node, .*; remove hostNetwork: true/,
    );
  });

  it('says why it has none when no server selects it', async () => {
    const on = await injecting();
    const made = await create(on, pod({ labels: { app: 'web' } }));
    expect(annotations(made)[ANNOTATION.skipped]).toMatch(
      /^no MCPServer of namespace admission-\w+ selects the labels of this pod/,
    );
    expect(raw(made).spec.initContainers).toBeUndefined();
  });

  it('shows on a dry run what it would be, and is not there', async () => {
    const on = await injecting();
    const shown = await create(on, pod({ name: 'dry' }), '--dry-run=server');
    expect(sidecar(shown).name).toBe(SIDECAR_CONTAINER);
    expect(await on.client.find(RESOURCES.Pod, { namespace: on.namespace, name: 'dry' })).toBeUndefined();
  });

  it('copied from one that runs, gets its sidecar anew and not twice', async () => {
    const on = await injecting();
    const { spec, metadata } = await create(on, pod());
    const { labels, annotations: notes } = metadata;
    const copy = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'copy', labels, annotations: notes }, spec };
    const made = await create(on, copy);
    expect(raw(made).spec.initContainers?.map(({ name }) => name)).toEqual([SIDECAR_CONTAINER]);
    expect(inject(raw(made), on.context).patch).toEqual([]);
  });

  it('keeps what a LimitRange adds to the sidecar', async () => {
    const on = await injecting();
    const limits = [{ type: 'Container', default: { cpu: '1', memory: '1Gi' }, max: { cpu: '2', memory: '2Gi' } }];
    await on.kubectl(['create', '-f', '-'], {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'all' },
      spec: { limits },
    });
    const made = await create(on, pod());
    expect(sidecar(made)['resources']).toMatchObject({ limits: { cpu: '1', memory: '192Mi' } });
  });

  it('in a namespace of the restricted Pod Security Standard breaks no rule of it by its gate', async () => {
    const on = await injecting();
    await on.kubectl(['label', 'namespace', on.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    };
    const containers = [{ name: 'app', image: 'ledger:1', ports: [{ containerPort: 9000 }], securityContext }];
    expect(sidecar(await create(on, pod({ spec: { containers } }))).name).toBe(SIDECAR_CONTAINER);
  });
});

describe('with another injector behind ours', () => {
  /** Adds a container and gives the server's port another name: the reason why ours is asked again. */
  const meddler: AdmissionHandler = {
    reasons: {},
    answer({ object }) {
      const { spec } = object as unknown as RawPod;
      if (spec.containers.some(({ name }) => name === 'logger')) return { allowed: true, reason: 'done' };
      return {
        allowed: true,
        reason: 'added',
        patch: [
          { op: 'add', path: '/spec/containers/-', value: { name: 'logger', image: 'logger:1' } },
          { op: 'add', path: '/spec/containers/0/ports/0/name', value: 'late' },
          { op: 'add', path: '/spec/initContainers/-', value: { name: 'fetch', image: 'fetch:1' } },
        ],
      };
    },
  };

  it('takes over the name that came later and goes behind the init container that did', async () => {
    const on = await injecting(new Map([['/meddle', meddler]]));
    const made = await create(on, pod());
    const { containers, initContainers } = raw(made).spec;
    expect(containers.map(({ name }) => name)).toEqual(['app', 'logger']);
    expect(containers[0]?.ports).toEqual([{ containerPort: 9000, protocol: 'TCP' }]);
    expect(initContainers?.map(({ name }) => name)).toEqual(['fetch', SIDECAR_CONTAINER]);
    expect(sidecar(made).ports?.[0]?.name).toBe('late');
    const metrics = await on.webhook.registry.metrics();
    expect(/webhook="inject",outcome="patched",reason="injected"} (\d+)/.exec(metrics)?.[1]).toMatch(/[2-9]|\d\d/);
  });
});

describe('with the webhook away', { tags: ['no-way-around'] }, () => {
  it('no pod that needs a gate is let in, and the words say what did not answer', async () => {
    const on = await injecting();
    await on.webhook.close();
    await expect(create(on, pod())).rejects.toThrow(/failed calling webhook "inject\.example\.com"/);
  });

  it('and a certificate that the API server does not trust is as good as away', async () => {
    const on = await injecting();
    const foreign = Buffer.from((await cleanup.use(startAdmission(new Map()))).certificates.current().caBundle);
    const webhooks = [{ name: 'inject.example.com', clientConfig: { caBundle: foreign.toString('base64') } }];
    await on.client.strategicPatch(RESOURCES.MutatingWebhookConfiguration, { name: on.configuration }, { webhooks });
    await expect
      .poll(() => create(on, pod(), '--dry-run=server').then(() => 'admitted', String), { timeout: 10_000 })
      .toMatch(/failed calling webhook.*x509: certificate signed by unknown authority/);
  });
});

const GOLDENS = join(import.meta.dirname, '../../../../operator/injection/testdata');
const goldens = readdirSync(GOLDENS).filter(
  (file) => /^inject-(?!unknown-fields).*\.yaml$/.test(file) && !file.includes('.expected.'),
);

it.each(goldens)('the API server takes what comes of %s', async (file) => {
  const on = await bench(cleanup, kubeconfig());
  const { pod: given, context } = readCase(readFileSync(join(GOLDENS, file), 'utf8'));
  const made = await create(on, inject(given, context).pod, '--dry-run=server');
  expect(inject(raw(made), context).patch).toEqual([]);
});

it('answers far within what the API server waits, with a thousand servers to choose from', async () => {
  const { p50Ms } = await measureInjection({ requests: 100, servers: 1000 });
  expect(p50Ms).toBeLessThan(100);
});
