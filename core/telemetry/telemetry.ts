/**
 * What is told to whoever collects telemetry. The gate and the operator hand over what is finished: they make ids and take times
 * themselves, so that nothing of OpenTelemetry is loaded, or waits on the path of a call, where nobody has asked for it.
 */
import type { MetricFamily } from './metric-family.ts';
import type { OtlpSettings, Signal } from './otlp-settings.ts';

export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export interface SpanData {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly traceId: string;
  readonly spanId: string;
  readonly parent:
    | { readonly spanId: string; readonly isRemote: boolean; readonly state?: string | undefined }
    | undefined;
  /** Milliseconds since 1970, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  /** What went wrong, as `error.type`; undefined where nothing did. */
  readonly error?: string | undefined;
}

/** Which span something belongs to; it may be one of the caller's that is not sampled. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

export interface LogData {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly severity: 'info' | 'warn' | 'error';
  /** Its name among events. */
  readonly event: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly span: SpanReference | undefined;
}

export interface Telemetry {
  readonly signals: ReadonlySet<Signal>;
  /** A span that is over. Never throws and never waits: beyond its bound, what comes is dropped and counted. */
  span(span: SpanData): void;
  log(record: LogData): void;
  /** Sends what is left, as far as that takes no longer than `ms`. */
  close(ms: number): Promise<void>;
}

export interface TelemetryOptions {
  readonly settings: OtlpSettings;
  readonly env: { readonly [name: string]: string | undefined };
  readonly version: string;
  /** Attributes of the resource, unless OTEL_RESOURCE_ATTRIBUTES or OTEL_SERVICE_NAME say otherwise. */
  readonly resource: Readonly<Record<string, string>>;
  /** Asked at each export: the same numbers that Prometheus gets. */
  readonly families: () => Promise<readonly MetricFamily[]>;
  /** So many spans, records or series were not taken by the Collector, or found no room while it did not answer. */
  readonly onDropped: (signal: Signal, count: number, why: string) => void;
}
