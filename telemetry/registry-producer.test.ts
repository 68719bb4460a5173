import { DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { MetricFamily } from '../core/telemetry/metric-family.ts';
import { RegistryProducer } from './registry-producer.ts';

it('what a registry holds is told as it is', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'a_total', help: 'A.', labelNames: ['x'], registers }).inc({ x: '1' }, 3);
  new Gauge({ name: 'b_bytes', help: 'B.', registers }).set(7);
  const seconds = new Histogram({ name: 'c_seconds', help: 'C.', labelNames: ['x'], buckets: [1, 2], registers });
  for (const value of [0.5, 1.5, 1.5, 9]) seconds.observe({ x: '1' }, value);
  void new Gauge({ name: 'empty', help: 'No series.', labelNames: ['x'], registers });
  const families = async () => (await registry.getMetricsAsJSON()) as unknown as MetricFamily[];
  const { resourceMetrics, errors } = await new RegistryProducer(families, { name: 's' }, 1_700_000_000_000).collect();
  const [{ scope, metrics } = expect.fail('there is a scope')] = resourceMetrics.scopeMetrics;
  expect([scope, errors]).toEqual([{ name: 's' }, []]);
  expect(
    metrics.map(({ descriptor: { name, unit }, dataPointType, dataPoints: [point] }) => [
      name,
      unit,
      dataPointType,
      point?.value,
      point?.attributes,
      point?.startTime,
    ]),
  ).toEqual([
    ['a_total', '', DataPointType.SUM, 3, { x: '1' }, [1_700_000_000, 0]],
    ['b_bytes', 'By', DataPointType.GAUGE, 7, {}, [1_700_000_000, 0]],
    [
      ...['c_seconds', 's', DataPointType.HISTOGRAM],
      { buckets: { boundaries: [1, 2], counts: [1, 2, 1] }, sum: 12.5, count: 4 },
      ...[{ x: '1' }, [1_700_000_000, 0]],
    ],
  ]);
});
