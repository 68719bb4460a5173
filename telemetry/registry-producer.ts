/**
 * The metrics of a registry of prom-client as the SDK exports them: looked up when an export is due, so nothing is counted twice, and
 * names and numbers are those that Prometheus gets. Sums are cumulative since the process began, as its counters are.
 */
import { ValueType } from '@opentelemetry/api';
import { type InstrumentationScope, millisToHrTime } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { type MetricFamily, type Sample, histogramSeries, unitOf } from '../core/telemetry/metric-family.ts';

export class RegistryProducer implements MetricProducer {
  readonly #families: () => Promise<readonly MetricFamily[]>;
  readonly #scope: InstrumentationScope;
  readonly #startedAt: number;

  /** `startedAt` in milliseconds since 1970. */
  constructor(families: () => Promise<readonly MetricFamily[]>, scope: InstrumentationScope, startedAt: number) {
    this.#families = families;
    this.#scope = scope;
    this.#startedAt = startedAt;
  }

  async collect(): Promise<CollectionResult> {
    const now = Date.now();
    const metrics = (await this.#families()).flatMap((family) => metricOf(family, this.#startedAt, now));
    // The reader puts the resource of the SDK in place of this one.
    return {
      resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics: [{ scope: this.#scope, metrics }] },
      errors: [],
    };
  }
}

function metricOf(family: MetricFamily, startedAt: number, now: number): MetricData[] {
  const point = <T>(labels: Sample['labels'], value: T): DataPoint<T> => ({
    startTime: millisToHrTime(startedAt),
    endTime: millisToHrTime(now),
    attributes: { ...labels },
    value,
  });
  const head = {
    descriptor: {
      name: family.name,
      description: family.help,
      unit: unitOf(family),
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const points = family.values.map(({ labels, value }) => point(labels, value));
  // No series, no metric: the Collector warns of those without points.
  if (points.length === 0) return [];
  switch (family.type) {
    case 'counter':
      return [{ ...head, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: points }];
    case 'histogram': {
      const dataPoints = histogramSeries(family).map(({ labels, bounds, counts, sum, count }) =>
        point(labels, { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count }),
      );
      return [{ ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints }];
    }
    default:
      return [{ ...head, dataPointType: DataPointType.GAUGE, dataPoints: points }];
  }
}
