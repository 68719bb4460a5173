/** The variables by which an injected gate sends telemetry: the standard ones of OpenTelemetry, and who it is, from the downward API. */
import { SIDECAR_CONTAINER } from '../names.ts';

export interface TelemetrySettings {
  readonly endpoint: string;
  readonly protocol: string;
  /** The key of a Secret in the namespace of the pod, whose value is `name=value,…`. */
  readonly headersFrom?: { readonly secretName: string; readonly key: string } | undefined;
  readonly signals: readonly string[];
  readonly sampler: string;
  readonly samplerArg: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

const SIGNALS = ['traces', 'metrics', 'logs'] as const;
/** In the names that the operator of OpenTelemetry gives them, so that nobody's own are in the way. */
const POD_FACTS = [
  ['k8s.pod.name', 'OTEL_RESOURCE_ATTRIBUTES_POD_NAME', 'metadata.name'],
  ['k8s.pod.uid', 'OTEL_RESOURCE_ATTRIBUTES_POD_UID', 'metadata.uid'],
  ['k8s.node.name', 'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME', 'spec.nodeName'],
] as const;

export function telemetryEnv(namespace: string, settings: TelemetrySettings): Variable[] {
  const { endpoint, protocol, headersFrom, signals, sampler, samplerArg, resourceAttributes } = settings;
  const left = SIGNALS.filter((signal) => !signals.includes(signal));
  // A name in `$(…)` is put in by the kubelet; it has to come before.
  const attributes = [
    ...[`k8s.namespace.name=${namespace}`, `k8s.container.name=${SIDECAR_CONTAINER}`],
    ...POD_FACTS.map(([attribute, name]) => `${attribute}=$(${name})`),
    ...Object.entries(resourceAttributes).map(([key, value]) => `${key}=${encodeURIComponent(value)}`),
  ];
  return [
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: protocol },
    ...(headersFrom === undefined ? [] : [headers(headersFrom.secretName, headersFrom.key)]),
    ...left.map((signal) => ({ name: `OTEL_${signal.toUpperCase()}_EXPORTER`, value: 'none' })),
    { name: 'OTEL_TRACES_SAMPLER', value: sampler },
    { name: 'OTEL_TRACES_SAMPLER_ARG', value: samplerArg },
    ...POD_FACTS.map(([, name, fieldPath]) => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })),
    { name: 'OTEL_RESOURCE_ATTRIBUTES', value: attributes.join(',') },
  ];
}

/** Optional: for want of it telemetry is refused by the Collector, and counted, but the pod starts. */
function headers(name: string, key: string): Variable {
  return { name: 'OTEL_EXPORTER_OTLP_HEADERS', valueFrom: { secretKeyRef: { name, key, optional: true } } };
}
