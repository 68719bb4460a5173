/**
 * OpenTelemetry, where the environment names a Collector. The SDK is loaded here and nowhere else, when it is needed: a gate that nobody
 * collects from has nothing of it in memory. What cannot be sent is no reason not to start, and never one to refuse a call.
 */
import type { Logger } from 'pino';
import { auditLogData, type LineBody } from '../../core/telemetry/audit-log-data.ts';
import { gateResource } from '../../core/telemetry/gate-resource.ts';
import type { MetricFamily } from '../../core/telemetry/metric-family.ts';
import { readOtlpSettings, type Signal } from '../../core/telemetry/otlp-settings.ts';
import { readSampler } from '../../core/telemetry/sampler.ts';
import type { SpanReference, Telemetry } from '../../core/telemetry/telemetry.ts';
import { version } from '../../core/version.ts';
import type { Tracing } from '../telemetry/call-span.ts';
import type { Metrics } from '../telemetry/metrics.ts';

type Environment = { readonly [name: string]: string | undefined };

export interface OpenTelemetry {
  /** Undefined where no traces are collected. */
  readonly tracing: Tracing | undefined;
  /** For the audit log; undefined where no logs are collected. */
  readonly onLine: ((line: string, body: LineBody, span: SpanReference | undefined) => void) | undefined;
  close(): Promise<void>;
}

export interface OpenTelemetryParts {
  /** `namespace/name`. */
  readonly server: string;
  /** One run of the process. */
  readonly instance: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What is left is sent at the end, by a Collector that is there; one that is not must not hold up the end of a pod. */
const CLOSE_WITHIN_MS = 3000;
const AGAIN_AFTER_MS = 10 * 60_000;

const NOTHING: OpenTelemetry = { tracing: undefined, onLine: undefined, close: async () => {} };

export async function openTelemetry(env: Environment, parts: OpenTelemetryParts): Promise<OpenTelemetry> {
  const { log, metrics } = parts;
  const settings = readOtlpSettings(env);
  const { sampler, problem } = readSampler(env['OTEL_TRACES_SAMPLER'], env['OTEL_TRACES_SAMPLER_ARG']);
  const signals = [...settings.protocols.keys()];
  const problems = [...settings.problems, ...(problem === undefined || !signals.includes('traces') ? [] : [problem])];
  for (const one of problems) log.warn({ problem: one }, 'telemetry: a setting is not taken');
  if (signals.length === 0) return NOTHING;
  for (const signal of signals) metrics.self.otlpDropped(signal, 0);
  let telemetry: Telemetry;
  try {
    const { startTelemetry } = await import('../../telemetry/start.ts');
    telemetry = startTelemetry({
      ...{ settings, env, version, resource: gateResource(parts.server, version, parts.instance) },
      families: async () => (await metrics.registry.getMetricsAsJSON()) as unknown as MetricFamily[],
      onDropped: dropped(metrics, log),
    });
  } catch (error) {
    // An error of Node has what it was given beside its sentence: an address, with a password in it.
    log.error({ why: error instanceof Error ? error.message : String(error) }, 'telemetry is not sent');
    return NOTHING;
  }
  log.info({ signals }, 'telemetry is sent by OTLP');
  return {
    tracing: telemetry.signals.has('traces') ? { sampler, span: (span) => telemetry.span(span) } : undefined,
    onLine: telemetry.signals.has('logs')
      ? (line, body, span) => telemetry.log(auditLogData(line, body, span))
      : undefined,
    close: async () => telemetry.close(CLOSE_WITHIN_MS),
  };
}

/** Counted each time, and said once in a while. */
function dropped(metrics: Metrics, log: Logger): (signal: Signal, count: number, why: string) => void {
  const saidAt = new Map<Signal, number>();
  return (signal, count, why) => {
    metrics.self.otlpDropped(signal, count);
    const now = performance.now();
    if (now - (saidAt.get(signal) ?? -Infinity) < AGAIN_AFTER_MS) return;
    saidAt.set(signal, now);
    log.warn({ signal, why }, 'telemetry could not be sent, and is dropped; sallyport_otlp_dropped_total counts it');
  };
}
