/**
 * OpenTelemetry, for a process that was told of a Collector. Nothing else imports the SDK, and this is imported only then: it takes a
 * tenth of a second and some megabytes. In dist/ it is a bundle of its own (`telemetry.mjs`).
 */
import {
  ROOT_CONTEXT,
  type Context,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  createTraceState,
  logs,
  metrics as metricsApi,
  trace,
} from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, type LogRecordExporter, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type IMetricReader, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { Protocol, Signal } from '../core/telemetry/otlp-settings.ts';
import type { LogData, SpanData, SpanReference, Telemetry, TelemetryOptions } from '../core/telemetry/telemetry.ts';
import { logExporter, metricExporter, traceExporter } from './exporters.ts';
import { numberIn } from './number-in.ts';
import { RegistryProducer } from './registry-producer.ts';
import { Room, whyOf } from './room.ts';

const SCOPE = 'sallyport';
/** Defaults of the specification (Batch Span Processor, Batch LogRecord Processor, Periodic exporting MetricReader). */
const DEFAULTS = {
  queue: 2048,
  metricIntervalMs: 60_000,
  metricTimeoutMs: 30_000,
  spanDelayMs: 5000,
  logDelayMs: 1000,
};

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
const SEVERITIES = {
  info: { severityNumber: SeverityNumber.INFO, severityText: 'INFO' },
  warn: { severityNumber: SeverityNumber.WARN, severityText: 'WARN' },
  error: { severityNumber: SeverityNumber.ERROR, severityText: 'ERROR' },
} as const;

/** Spans have their ids already: the server was told one of them, the audit line another. */
class GivenIds implements IdGenerator {
  traceId = '';
  spanId = '';
  generateTraceId = (): string => this.traceId;
  generateSpanId = (): string => this.spanId;
}

/** Throws where an exporter cannot be made of what the environment says, such as an endpoint that is no URL. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { settings, env, resource, version } = options;
  const { protocols } = settings;
  const rooms = new Map<Signal, Room>();
  const roomFor = (signal: 'traces' | 'logs', variable: string): { readonly room: Room; readonly queue: number } => {
    const queue = numberIn(env, variable) ?? DEFAULTS.queue;
    const room = new Room(queue, (count, why) => options.onDropped(signal, count, why));
    rooms.set(signal, room);
    return { room, queue };
  };
  const [traces, metrics, records] = [protocols.get('traces'), protocols.get('metrics'), protocols.get('logs')];
  const ids = new GivenIds();
  const sdk = quietly(
    () =>
      new NodeSDK({
        resource: resourceFromAttributes({ ...resource }),
        // What is asked of the machine besides, such as the arguments of the process, is nobody's business.
        resourceDetectors: [envDetector],
        instrumentations: [],
        // The gate decided which calls are traced, before there was a span.
        sampler: new AlwaysOnSampler(),
        idGenerator: ids,
        spanProcessors:
          traces === undefined ? [] : [spanProcessor(traces, roomFor('traces', 'OTEL_BSP_MAX_QUEUE_SIZE'), env)],
        logRecordProcessors:
          records === undefined ? [] : [logProcessor(records, roomFor('logs', 'OTEL_BLRP_MAX_QUEUE_SIZE'), env)],
        metricReaders: metrics === undefined ? [] : [metricReader(metrics, options)],
        // Nothing here goes by what is current: who belongs to what is said explicitly.
        textMapPropagator: null,
      }),
  );
  sdk.start();
  const tracer = trace.getTracer(SCOPE, version);
  const logger = logs.getLogger(SCOPE, version);
  const [spanRoom, logRoom] = [rooms.get('traces'), rooms.get('logs')];
  return {
    signals: new Set(protocols.keys()),
    span(data: SpanData): void {
      if (spanRoom?.enter() !== true) return;
      ids.traceId = data.traceId;
      ids.spanId = data.spanId;
      const { name, attributes, start } = data;
      const span = tracer.startSpan(name, { kind: KINDS[data.kind], startTime: start, attributes }, parentOf(data));
      if (data.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: data.error });
      span.end(data.end);
    },
    log(data: LogData): void {
      if (logRoom?.enter() !== true) return;
      const { time, severity, event, body, attributes, span } = data;
      logger.emit({
        ...{ timestamp: time, observedTimestamp: time, eventName: event, body, attributes: { ...attributes } },
        ...SEVERITIES[severity],
        context: span === undefined ? ROOT_CONTEXT : contextOf(span, false),
      });
    },
    async close(ms: number): Promise<void> {
      let late: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => (late = setTimeout(resolve, ms)));
      // What could not be sent was counted where it failed.
      await Promise.race([sdk.shutdown().catch(() => {}), tooLong]);
      clearTimeout(late);
      for (const api of [trace, logs, metricsApi]) api.disable();
    },
  };
}

/**
 * With OTEL_LOG_LEVEL the SDK would talk on standard output, which belongs to audit lines or, over a pipe, to the protocol. Servers that
 * are started later inherit what is set.
 */
function quietly<T>(make: () => T): T {
  const level = process.env['OTEL_LOG_LEVEL'];
  delete process.env['OTEL_LOG_LEVEL'];
  try {
    return make();
  } finally {
    if (level !== undefined) process.env['OTEL_LOG_LEVEL'] = level;
  }
}

function parentOf({ traceId, parent }: SpanData): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  return contextOf({ traceId, spanId: parent.spanId, sampled: true }, parent.isRemote, parent.state);
}

function contextOf({ traceId, spanId, sampled }: SpanReference, isRemote: boolean, state?: string): Context {
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const traceState = state === undefined ? undefined : createTraceState(state);
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags,
    isRemote,
    ...(traceState && { traceState }),
  });
}

interface Bound {
  readonly room: Room;
  readonly queue: number;
}

type Environment = TelemetryOptions['env'];

function spanProcessor(protocol: Protocol, { room, queue }: Bound, env: Environment): SpanProcessor {
  const inner = traceExporter(protocol);
  const exporter: SpanExporter = {
    export: (spans, then) => inner.export(spans, room.leaving(spans, then)),
    shutdown: async () => inner.shutdown(),
    ...(inner.forceFlush !== undefined && { forceFlush: async () => inner.forceFlush?.() }),
  };
  return new BatchSpanProcessor({
    exporter,
    maxQueueSize: queue,
    scheduledDelayMillis: numberIn(env, 'OTEL_BSP_SCHEDULE_DELAY') ?? DEFAULTS.spanDelayMs,
    ...batchOf(env, 'OTEL_BSP', queue),
  });
}

function logProcessor(protocol: Protocol, { room, queue }: Bound, env: Environment): LogRecordProcessor {
  const inner = logExporter(protocol);
  const exporter: LogRecordExporter = {
    export: (records, then) => inner.export(records, room.leaving(records, then)),
    shutdown: async () => inner.shutdown(),
    forceFlush: async () => inner.forceFlush(),
  };
  return new BatchLogRecordProcessor({
    exporter,
    maxQueueSize: queue,
    scheduledDelayMillis: numberIn(env, 'OTEL_BLRP_SCHEDULE_DELAY') ?? DEFAULTS.logDelayMs,
    ...batchOf(env, 'OTEL_BLRP', queue),
  });
}

const MAX_BATCH = 512;
const EXPORT_TIMEOUT_MS = 30_000;

function batchOf(env: Environment, prefix: string, queue: number) {
  return {
    maxExportBatchSize: Math.min(numberIn(env, `${prefix}_MAX_EXPORT_BATCH_SIZE`) ?? MAX_BATCH, queue),
    exportTimeoutMillis: numberIn(env, `${prefix}_EXPORT_TIMEOUT`) ?? EXPORT_TIMEOUT_MS,
  };
}

function metricReader(protocol: Protocol, { env, families, onDropped, version }: TelemetryOptions): IMetricReader {
  const inner = metricExporter(protocol);
  const exporter: PushMetricExporter = {
    export: (data, then) =>
      inner.export(data, (result) => {
        const series = data.scopeMetrics.flatMap((scope) => scope.metrics.map((metric) => metric.dataPoints.length));
        // A later export has the same sums: what is lost of these is their course in between.
        if (result.code !== ExportResultCode.SUCCESS)
          onDropped(
            'metrics',
            series.reduce((a, b) => a + b, 0),
            whyOf(result),
          );
        then(result);
      }),
    shutdown: async () => inner.shutdown(),
    forceFlush: async () => inner.forceFlush(),
  };
  const interval = numberIn(env, 'OTEL_METRIC_EXPORT_INTERVAL') ?? DEFAULTS.metricIntervalMs;
  const startedAt = Date.now() - performance.now();
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(interval, numberIn(env, 'OTEL_METRIC_EXPORT_TIMEOUT') ?? DEFAULTS.metricTimeoutMs),
    metricProducers: [new RegistryProducer(families, { name: SCOPE, version }, startedAt)],
  });
}
