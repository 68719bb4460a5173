/** A pod that is looked at again: after other injectors in the same admission, as a copy of a running pod, or dressed up to look injected. */
import { describe, expect, it } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { ANNOTATION, LABEL, SIDECAR_CONTAINER } from '../names.ts';
import { inject, type InjectionContext } from './inject.ts';
import { type RawContainer, type RawPod, sidecarOf } from './pod.ts';
import { readRecord } from './record.ts';
import { SETTINGS } from './testing/read-case.ts';

function contextFor(port: number | string): InjectionContext {
  const server = mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: 'finance' },
    spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port } },
  });
  return {
    namespace: 'finance',
    namespaceLabels: { [LABEL.injection]: 'enabled' },
    servers: [server],
    settings: SETTINGS,
  };
}

const byNumber = contextFor(9000);
const byName = contextFor('mcp');

function podWith(...ports: { name?: string; containerPort: number }[]): RawPod {
  return { metadata: { labels: { app: 'ledger' } }, spec: { containers: [{ name: 'app', image: 'ledger:1', ports }] } };
}

const injected = (context = byNumber): RawPod =>
  structuredClone(inject(podWith({ name: 'mcp', containerPort: 9000 }), context).pod);

function sidecar(pod: RawPod): RawContainer {
  const container = sidecarOf(pod);
  if (container === undefined) throw new Error('the pod has no sidecar');
  return container;
}

const initNames = (pod: RawPod) => pod.spec.initContainers?.map(({ name }) => name);

describe('another injector came after ours', () => {
  it('keeps its container and changes nothing', () => {
    const pod = injected();
    pod.spec.containers.push({ name: 'logger', image: 'logger:1' });
    expect(inject(pod, byNumber).patch).toEqual([]);
  });

  it('goes behind init containers that were added behind it', () => {
    const pod = injected();
    pod.spec.initContainers?.push({ name: 'fetch', image: 'fetch:1' });
    const after = inject(pod, byNumber).pod;
    expect(initNames(after)).toEqual(['fetch', SIDECAR_CONTAINER]);
    expect(inject(structuredClone(after), byNumber).patch).toEqual([]);
  });

  it('takes the name that the port has got since', () => {
    const pod = structuredClone(inject(podWith({ containerPort: 9000 }), byNumber).pod);
    expect(sidecar(pod).ports?.[0]?.name).toBe('sallyport-mcp');
    const [port] = pod.spec.containers[0]?.ports ?? [];
    Object.assign(port ?? {}, { name: 'http' });
    const after = inject(pod, byNumber).pod;
    expect(sidecar(after).ports?.[0]).toEqual({ name: 'http', containerPort: 8484, protocol: 'TCP' });
    expect(after.spec.containers[0]?.ports).toEqual([{ containerPort: 9000 }]);
  });

  it('finds the port by its name although the sidecar has it now', () => {
    expect(inject(injected(byName), byName).verdict).toMatchObject({
      kind: 'inject',
      port: { port: 9000, container: 'app' },
    });
  });

  it('refuses a second port of the name that leads to the gate', () => {
    const pod = injected(byName);
    pod.spec.containers.push({ name: 'other', ports: [{ name: 'mcp', containerPort: 9001 }] });
    expect(inject(pod, byName).verdict).toMatchObject({ kind: 'refuse', reason: 'port-ambiguous' });
  });

  it("refuses a container that now mounts the gate's token", () => {
    const pod = injected();
    pod.spec.containers.push({ name: 'other', volumeMounts: [{ name: 'sallyport-token', mountPath: '/t' }] });
    expect(inject(pod, byNumber).verdict).toMatchObject({ kind: 'refuse', reason: 'shared-mount' });
  });

  it("keeps a LimitRange's resources and the pull policy that AlwaysPullImages insists on", () => {
    const pod = injected();
    sidecar(pod)['resources'] = { ...SETTINGS.resources, limits: { cpu: '1', memory: '192Mi' } };
    sidecar(pod)['imagePullPolicy'] = 'Always';
    expect(inject(pod, byNumber).patch).toEqual([]);
  });
});

describe('a pod that was injected before, with other settings', () => {
  it('gets the new image, resources and record, and nothing twice', () => {
    const newer = {
      ...byNumber,
      settings: { ...SETTINGS, image: 'sidecar:2', resources: { limits: { memory: '1Gi' } } },
    };
    const after = inject(injected(), newer).pod;
    expect(after).toEqual(inject(podWith({ name: 'mcp', containerPort: 9000 }), newer).pod);
    expect(sidecar(after)).toMatchObject({ image: 'sidecar:2', resources: { limits: { memory: '1Gi' } } });
    expect(readRecord(after)?.image).toBe('sidecar:2');
  });

  it('gets the name of another port when its MCPServer names another, and gives the first back', () => {
    const pod = inject(
      podWith({ name: 'mcp', containerPort: 9000 }, { name: 'old', containerPort: 9001 }),
      byNumber,
    ).pod;
    const after = inject(structuredClone(pod), contextFor(9001)).pod;
    expect(sidecar(after).ports?.[0]?.name).toBe('old');
    expect(after.spec.containers[0]?.ports).toEqual([{ containerPort: 9000, name: 'mcp' }, { containerPort: 9001 }]);
  });
});

it('a copy of an injected pod that is to have no gate loses the one it brought', () => {
  const pod = injected();
  const told = { [ANNOTATION.revision]: 'x', [ANNOTATION.touched]: 'x', [ANNOTATION.tokens]: 'x' };
  const annotations = { ...pod.metadata?.annotations, ...told };
  pod.metadata = { ...pod.metadata, labels: { app: 'web' }, annotations };
  const { pod: after, verdict, patch } = inject(pod, byNumber);
  expect(verdict).toMatchObject({ kind: 'skip', reason: 'no-server' });
  expect(after.spec).toEqual({
    containers: [{ name: 'app', image: 'ledger:1', ports: [{ name: 'mcp', containerPort: 9000 }] }],
    initContainers: [],
    volumes: [],
  });
  expect(Object.keys(after.metadata?.annotations ?? {}).sort()).toEqual([
    'kubectl.kubernetes.io/default-container',
    ANNOTATION.skipped,
  ]);
  expect(patch).not.toEqual([]);
  expect(inject(structuredClone(after), byNumber).patch).toEqual([]);
});

describe('a pod made to look injected', () => {
  it.each([
    ['another image', { image: 'evil:1' }],
    ['another command', { command: ['sh', '-c', 'sleep 1d'] }],
    ['variables that bend Node', { env: [{ name: 'NODE_OPTIONS', value: '--import=data:text/javascript,0' }] }],
    ['no restart policy', { restartPolicy: undefined }],
    ['more rights', { securityContext: { privileged: true } }],
    ['a hook of its own', { lifecycle: { postStart: { exec: { command: ['sh'] } } } }],
  ])('gets its sidecar as we render it instead of one with %s', (_what, change) => {
    const pod = injected();
    Object.assign(sidecar(pod), change);
    expect(inject(structuredClone(pod), byNumber).pod).toEqual(injected());
  });

  it('has volumes of our names replaced', () => {
    const pod = injected();
    const volumes = pod.spec.volumes ?? [];
    volumes[0] = { name: 'sallyport-policy', hostPath: { path: '/etc' } };
    expect(inject(pod, byNumber).pod.spec.volumes).toEqual(injected().spec.volumes);
  });

  it.each(['', 'injected', '{}', '{"moved":[{"container":1}]}', '[]'])('survives the record %j', (record) => {
    const pod = podWith({ name: 'mcp', containerPort: 9000 });
    pod.metadata = { ...pod.metadata, annotations: { [ANNOTATION.injected]: record } };
    pod.spec.initContainers = [{ name: SIDECAR_CONTAINER, image: 'mine:1' }];
    expect(inject(pod, byNumber).pod.spec).toEqual(injected().spec);
  });

  it('cannot give a name to a port that has one', () => {
    const pod = injected();
    const [port] = pod.spec.containers[0]?.ports ?? [];
    Object.assign(port ?? {}, { name: 'mine' });
    expect(sidecar(inject(pod, byNumber).pod).ports?.[0]?.name).toBe('mine');
  });
});
