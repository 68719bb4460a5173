/** The pods of a large cluster: few are of MCP servers, most are of others, and each is as long as pods of today are. */
import { randomUUID } from 'node:crypto';
import type { RawObject } from '../../operator/kit/resource.ts';
import { ANNOTATION, SIDECAR_CONTAINER, SIDECAR_PORT } from '../../operator/names.ts';
import type { Population } from './population.ts';
import { podOf } from './review.ts';

const VARIABLE_BYTES = 100;
/** Of variables, in place of managedFields and whatever else there is, so that a pod is of 10 kB. */
const PADDING_BYTES = 5_400;
/** One in ten has a gate: two for each of 1,000 servers. */
const GATED = 10;
const STARTED = '2026-11-21T10:00:00Z';
const HASH = '6d5f7c9b8d';

/** Pods as etcd keeps them. */
export function* manyPods({ servers, namespaces }: Population, count: number): Generator<RawObject> {
  for (let i = 0; i < count; i++) {
    const server = servers[Math.floor(i / GATED) % servers.length] as RawObject;
    const pod = podOf(server);
    const { name: owner, namespace } = server.metadata;
    const isGated = i % GATED === 0;
    const app = isGated ? owner : `app-${Math.floor(i / 5)}`;
    const where = isGated ? namespace : (namespaces[i % namespaces.length]?.metadata.name ?? '');
    delete pod.metadata.generateName;
    Object.assign(pod.metadata, {
      uid: randomUUID(),
      creationTimestamp: STARTED,
      namespace: where,
      name: `${app}-${HASH}-${i.toString(36).padStart(5, '0')}`,
      labels: {
        ...{ app, 'pod-template-hash': HASH, 'app.kubernetes.io/managed-by': 'Helm', team: `team-${i % 40}` },
        ...{ 'app.kubernetes.io/version': `1.${i % 30}.0`, 'topology.kubernetes.io/zone': `zone-${i % 3}` },
      },
    });
    const spec = pod.spec as { containers: { env?: object[] }[]; initContainers: object[] };
    if (isGated) {
      const ports = [{ name: 'mcp', containerPort: SIDECAR_PORT }];
      spec.initContainers.push({ name: SIDECAR_CONTAINER, image: 'sidecar:1', restartPolicy: 'Always', ports });
      pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations(owner) };
    }
    spec.containers[0]?.env?.push(...padding(PADDING_BYTES));
    yield { ...pod, status: statusOf(i) } as RawObject;
  }
}

/** As a kubelet says it of a pod that runs. */
function statusOf(i: number): object {
  const types = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
  const podIP = `10.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
  return {
    phase: 'Running',
    conditions: types.map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: STARTED })),
    hostIP: '10.0.0.1',
    hostIPs: [{ ip: '10.0.0.1' }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: STARTED,
    containerStatuses: ['server', 'log-shipper'].map((name) => ({
      name,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: STARTED } },
      lastState: {},
      image: `registry.example.com/${name}:1.4.2`,
      imageID: `registry.example.com/${name}@sha256:${'0123456789abcdef'.repeat(4)}`,
      containerID: `containerd://${'0123456789abcdef'.repeat(4)}`,
    })),
  };
}

function padding(bytes: number): object[] {
  return Array.from({ length: Math.ceil(bytes / VARIABLE_BYTES) }, (_, i) => ({
    name: `VARIABLE_${i}`,
    value: `${i}`.padEnd(VARIABLE_BYTES - 32, 'abcdefghij'),
  }));
}

function annotations(server: string): Record<string, string> {
  const record = {
    ...{ version: '0.1.0', image: 'sidecar:1', understands: { version: 1, features: [] }, settings: 'x' },
    ...{ container: 'server', port: 9000, moved: [{ container: 'server', port: 9000, name: 'mcp' }] },
  };
  return { [ANNOTATION.server]: server, [ANNOTATION.injected]: JSON.stringify(record) };
}
