/** A pod as the operator keeps it: the few fields it reads, out of the many that a pod has. */
import { controllerOf } from './kit/owner.ts';
import type { KubeObject, OwnerReference } from './kit/resource.ts';
import { SharedStrings } from './kit/shared-strings.ts';
import { ANNOTATION, POD_CONDITION, SIDECAR_CONTAINER } from './names.ts';

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

const strings = new SharedStrings();
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set(Object.values(ANNOTATION));
/** Ready says whether it serves; what its gate said is in ours. */
const READ_CONDITIONS: ReadonlySet<string> = new Set(['Ready', ...Object.values(POD_CONDITION)]);

/**
 * A pod is some 10 kB as the API server sends it, and 20,000 of them are in large clusters: of each 1 kB stays. All are kept, not only
 * those of servers, because an MCPServer that is made later selects pods that are there already.
 */
export function prunePod(pod: Pod): Pod {
  const { name, namespace, uid, resourceVersion, labels, annotations } = pod.metadata;
  const { creationTimestamp, deletionTimestamp } = pod.metadata;
  const { containers, initContainers, hostNetwork } = pod.spec;
  const { phase, podIP, conditions } = pod.status ?? {};
  const owner = controllerOf(pod);
  const initContainerStatuses = waitingGate(pod.status?.initContainerStatuses);
  return withoutUndefined({
    apiVersion: strings.of(pod.apiVersion),
    kind: strings.of(pod.kind),
    metadata: withoutUndefined({
      ...{ name, namespace: strings.of(namespace), uid, resourceVersion, labels: labels && shared(labels) },
      ...{ creationTimestamp, deletionTimestamp, ownerReferences: owner && [pruneOwner(owner)] },
      annotations: ownAnnotations(annotations),
    }),
    spec: withoutUndefined({
      containers: containers.map(pruneContainer),
      initContainers: initContainers?.map(pruneContainer),
      hostNetwork,
    }),
    status: withoutUndefined({
      ...{ phase: strings.of(phase), podIP, initContainerStatuses },
      conditions: conditions?.filter(({ type }) => READ_CONDITIONS.has(type)).map(pruneCondition),
    }),
  }) as Pod;
}

function waitingGate(statuses: readonly ContainerStatus[] = []): ContainerStatus[] | undefined {
  const gate = statuses.find(({ name }) => name === SIDECAR_CONTAINER);
  const reason = gate?.state?.waiting?.reason;
  return reason === undefined ? undefined : [{ name: SIDECAR_CONTAINER, state: { waiting: { reason } } }];
}

function pruneContainer({ name, restartPolicy, ports }: PodContainer): PodContainer {
  const kept = { name: strings.of(name), restartPolicy, ports: ports?.map(prunePort) };
  return withoutUndefined(kept) as PodContainer;
}

function prunePort({ name, containerPort, hostPort, protocol }: ContainerPort): ContainerPort {
  const kept = { name: strings.of(name), containerPort, hostPort, protocol: strings.of(protocol) };
  return withoutUndefined(kept) as unknown as ContainerPort;
}

function pruneCondition({ type, status, reason, message, lastTransitionTime }: PodCondition): PodCondition {
  const kept = { type: strings.of(type), status: strings.of(status), reason: strings.of(reason) };
  return withoutUndefined({ ...kept, message: strings.of(message), lastTransitionTime }) as unknown as PodCondition;
}

function pruneOwner({ apiVersion, kind, name, uid, controller }: OwnerReference): OwnerReference {
  const kept = { apiVersion: strings.of(apiVersion), kind: strings.of(kind), name: strings.of(name) };
  return withoutUndefined({ ...kept, uid: strings.of(uid), controller }) as unknown as OwnerReference;
}

function shared(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, strings.of(value)]));
}

/** Undefined where there are none of ours. */
function ownAnnotations(annotations: Record<string, string> | undefined): Record<string, string> | undefined {
  if (annotations === undefined) return undefined;
  const kept = Object.entries(annotations).filter(([key]) => OWN_ANNOTATIONS.has(key));
  if (kept.length === 0) return undefined;
  return Object.fromEntries(kept.map(([key, value]) => [key, strings.of(value.slice(0, MAX_ANNOTATION))]));
}

function withoutUndefined(fields: Record<string, unknown>): object {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
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
