/** The exporters of OTLP, one for each signal and protocol; endpoint, headers, time-out and certificates they read from OTEL_* themselves. */
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetrics } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Protocol } from '../core/telemetry/otlp-settings.ts';

const BY_PROTOCOL: Readonly<
  Record<
    Protocol,
    {
      readonly traces: new () => SpanExporter;
      readonly metrics: new () => PushMetricExporter;
      readonly logs: new () => LogRecordExporter;
    }
  >
> = {
  'http/protobuf': { traces: ProtoTraces, metrics: ProtoMetrics, logs: ProtoLogs },
  'http/json': { traces: JsonTraces, metrics: JsonMetrics, logs: JsonLogs },
  grpc: { traces: GrpcTraces, metrics: GrpcMetrics, logs: GrpcLogs },
};

/** Throws the exporter's error where what it reads from the environment cannot be, such as an endpoint that is no URL. */
export function traceExporter(protocol: Protocol): SpanExporter {
  return new BY_PROTOCOL[protocol].traces();
}

export function metricExporter(protocol: Protocol): PushMetricExporter {
  return new BY_PROTOCOL[protocol].metrics();
}

export function logExporter(protocol: Protocol): LogRecordExporter {
  return new BY_PROTOCOL[protocol].logs();
}
