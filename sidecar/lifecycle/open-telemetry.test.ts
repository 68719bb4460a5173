/** With a Collector: test/telemetry. */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Metrics } from '../telemetry/metrics.ts';
import { openTelemetry } from './open-telemetry.ts';

async function opened(env: Record<string, string>) {
  const lines: { level: number; msg: string; problem?: string; err?: object }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  const metrics = new Metrics('ns/n');
  const telemetry = await openTelemetry(env, { server: 'ns/n', instance: 'i', metrics, log });
  return { telemetry, lines, metrics };
}

test('where no Collector is named nothing is loaded, said or counted', async () => {
  const { telemetry, lines, metrics } = await opened({ OTEL_TRACES_SAMPLER: 'nonsense' });
  expect([telemetry.tracing, telemetry.onLine, lines]).toEqual([undefined, undefined, []]);
  expect(await metrics.registry.metrics()).not.toContain('sallyport_otlp_dropped_total{');
  await telemetry.close();
});

test('a setting that is none is said', async () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x',
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_METRICS_EXPORTER: 'none',
  };
  const { lines } = await opened({ ...env, OTEL_LOGS_EXPORTER: 'none' });
  expect(lines).toMatchObject([{ problem: expect.stringContaining('zipkin') as string }]);
});

test('signals are sent one by one, and their series exist from the start', async () => {
  const env = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1/v1/logs' };
  const { telemetry, lines, metrics } = await opened(env);
  expect([telemetry.tracing, typeof telemetry.onLine]).toEqual([undefined, 'function']);
  expect(lines.at(-1)).toMatchObject({ msg: 'telemetry is sent by OTLP', signals: ['logs'] });
  expect(await metrics.registry.metrics()).toContain('sallyport_otlp_dropped_total{server="ns/n",signal="logs"} 0');
  await telemetry.close();
});
