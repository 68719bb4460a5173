/**
 * A pod as the API server sends it to a webhook: raw JSON. Only what injection reads has a type; everything else passes through as it
 * is, fields of Kubernetes versions to come included. Models that know their fields would drop those.
 */
import { ANNOTATION, SIDECAR_CONTAINER } from '../names.ts';

interface Raw {
  [field: string]: unknown;
}

export interface RawPod extends Raw {
  metadata?: RawMetadata;
  spec: RawPodSpec;
}

export interface RawMetadata extends Raw {
  name?: string;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface RawPodSpec extends Raw {
  containers: RawContainer[];
  initContainers?: RawContainer[];
  volumes?: RawVolume[];
}

export interface RawContainer extends Raw {
  name: string;
  restartPolicy?: string;
  ports?: RawPort[];
  volumeMounts?: { name: string; [field: string]: unknown }[];
}

export interface RawPort extends Raw {
  containerPort: number;
  name?: string;
  protocol?: string;
}

export interface RawVolume extends Raw {
  name: string;
}

export function labelsOf(pod: RawPod): Record<string, string> {
  return pod.metadata?.labels ?? {};
}

export function annotationsOf(pod: RawPod): Record<string, string> {
  return pod.metadata?.annotations ?? {};
}

/** A container that runs beside the others (KEP-753), as opposed to one that ends before they start. */
function isNativeSidecar(container: RawContainer): boolean {
  return container.restartPolicy === 'Always';
}

/** Everything that runs while the server does, in the order in which Kubernetes looks for the port that a Service names. */
export function runningContainers(pod: RawPod): RawContainer[] {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isNativeSidecar)];
}

/** An absent protocol is TCP. */
export function isTcp({ protocol = 'TCP' }: RawPort): boolean {
  return protocol === 'TCP';
}

/**
 * Whether an earlier pass put our sidecar in. The annotation can be written by anybody, and that is harmless: what is ours is
 * replaced by what we render, never trusted.
 */
export function isInjected(pod: RawPod): boolean {
  return annotationsOf(pod)[ANNOTATION.injected] !== undefined && sidecarOf(pod) !== undefined;
}

export function sidecarOf(pod: RawPod): RawContainer | undefined {
  return pod.spec.initContainers?.find(({ name }) => name === SIDECAR_CONTAINER);
}
