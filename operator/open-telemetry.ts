/** Metrics of the operator by OTLP, where the environment names a Collector. It has no calls to trace, and keeps no audit log. */
import { Counter, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { MetricFamily } from '../core/telemetry/metric-family.ts';
import { readOtlpSettings } from '../core/telemetry/otlp-settings.ts';
import { version } from '../core/version.ts';

interface Parts {
  readonly registry: Registry;
  readonly log: Logger;
  /** One run of the process. */
  readonly instance: string;
}

const CLOSE_WITHIN_MS = 3000;

/** Only where something is sent. */
export function droppedCounter(registry: Registry): Counter {
  return new Counter({
    name: 'sallyport_operator_otlp_dropped_total',
    help: 'Series of metrics that the OpenTelemetry Collector did not get.',
    registers: [registry],
  });
}

/** What is to be closed at the end. The SDK is loaded here, and where nothing is to be sent it is not. */
export async function openTelemetry(
  env: { readonly [name: string]: string | undefined },
  { registry, log, instance }: Parts,
): Promise<{ close(): Promise<void> }> {
  const { protocols, problems } = readOtlpSettings(env);
  const protocol = protocols.get('metrics');
  for (const problem of problems) log.warn({ problem }, 'telemetry: a setting is not taken');
  if (protocol === undefined) return { close: async () => {} };
  const dropped = droppedCounter(registry);
  try {
    const { startTelemetry } = await import('../telemetry/start.ts');
    const telemetry = startTelemetry({
      ...{ env, version, settings: { protocols: new Map([['metrics', protocol]]), problems: [] } },
      resource: {
        'service.name': 'sallyport-operator',
        'service.version': version,
        'service.instance.id': instance,
      },
      families: async () => (await registry.getMetricsAsJSON()) as unknown as MetricFamily[],
      onDropped: (_, count) => dropped.inc(count),
    });
    log.info('metrics are sent by OTLP');
    return { close: async () => telemetry.close(CLOSE_WITHIN_MS) };
  } catch (error) {
    // An error of Node has what it was given beside its sentence: an address, with a password in it.
    log.error({ why: error instanceof Error ? error.message : String(error) }, 'telemetry is not sent');
    return { close: async () => {} };
  }
}
