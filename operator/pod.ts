/** A pod as the operator keeps it: the few fields it reads, out of the many that a pod has. */
import type { KubeObject } from './kit/resource.ts';
import { ANNOTATION, SIDECAR_CONTAINER } from './names.ts';

/** Ours are shorter; what is longer somebody else wrote. */
const MAX_ANNOTATION = 16_384;

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol?: string;
}

export interface PodContainer {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly ports?: readonly ContainerPort[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly containers: readonly PodContainer[];
    readonly initContainers?: readonly PodContainer[];
    readonly hostNetwork?: boolean;
  };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly PodCondition[];
    /** Of the gate alone, while it waits to be started. */
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

/** A node's worth of pods costs megabytes as the API server sends them. */
export function prunePod(pod: Pod): Pod {
  const { name, namespace, uid, resourceVersion, labels, annotations, ownerReferences } = pod.metadata;
  const { creationTimestamp, deletionTimestamp } = pod.metadata;
  const { containers, initContainers, hostNetwork } = pod.spec;
  const { phase, podIP, conditions } = pod.status ?? {};
  const initContainerStatuses = waitingGate(pod.status?.initContainerStatuses);
  return withoutUndefined({
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: withoutUndefined({
      ...{ name, namespace, uid, resourceVersion, labels, creationTimestamp, deletionTimestamp, ownerReferences },
      annotations: ownAnnotations(annotations),
    }),
    spec: withoutUndefined({
      containers: containers.map(pruneContainer),
      initContainers: initContainers?.map(pruneContainer),
      hostNetwork,
    }),
    status: withoutUndefined({ phase, podIP, conditions, initContainerStatuses }),
  }) as Pod;
}

function waitingGate(statuses: readonly ContainerStatus[] = []): ContainerStatus[] | undefined {
  const gate = statuses.find(({ name }) => name === SIDECAR_CONTAINER);
  const reason = gate?.state?.waiting?.reason;
  return reason === undefined ? undefined : [{ name: SIDECAR_CONTAINER, state: { waiting: { reason } } }];
}

function pruneContainer({ name, image, restartPolicy, ports }: PodContainer): PodContainer {
  return withoutUndefined({ name, image, restartPolicy, ports }) as PodContainer;
}

function ownAnnotations(annotations: Record<string, string> | undefined): Record<string, string> | undefined {
  if (annotations === undefined) return undefined;
  const known: readonly string[] = Object.values(ANNOTATION);
  const kept = Object.entries(annotations).filter(([key]) => known.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, value.slice(0, MAX_ANNOTATION)]));
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export function conditionOf(pod: Pod, type: string): PodCondition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Not finished and not on its way out: what a Service would send calls to, now or soon. */
export function isLive(pod: Pod): boolean {
  const { phase } = pod.status;
  return pod.metadata.deletionTimestamp === undefined && phase !== 'Succeeded' && phase !== 'Failed';
}

/** The kubelet takes turns between the first two while it tries again (k8s.io/kubernetes/pkg/kubelet/images). */
const NO_IMAGE: ReadonlySet<unknown> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'InvalidImageName',
]);

/** Whether its gate does not start for want of its image. */
export function lacksGateImage({ status }: Pod): boolean {
  return NO_IMAGE.has(status.initContainerStatuses?.[0]?.state?.waiting?.reason);
}
