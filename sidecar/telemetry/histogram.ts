/**
 * A histogram by server, counted without a key made of labels: every call is observed twice, and prom-client's own builds that key for
 * each observation, which cost more than the call's audit line.
 */
import type { Metric, Registry } from 'prom-client';
import type { Exemplar } from '../../core/telemetry/metric-family.ts';
import type { SpanReference } from '../../core/telemetry/telemetry.ts';

interface Series {
  readonly server: string;
  /** Of each bucket alone; the last is for what is beyond all of them. */
  readonly counts: number[];
  /** Of each bucket the last call that was traced. */
  readonly exemplars: (Exemplar | undefined)[];
  sum: number;
}

export interface HistogramOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
}

export class Histogram {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly labelNames = ['server'];
  readonly #buckets: readonly number[];
  readonly #series: Series[] = [];
  #current: Series;

  constructor(registry: Registry, { name, help, buckets }: HistogramOptions) {
    this.name = name;
    this.help = help;
    this.#buckets = buckets;
    this.#current = this.#begin('');
    // What a registry asks a metric for is its name and its values.
    registry.registerMetric(this as unknown as Metric);
  }

  /** What is observed from now on is this server's. What was counted stays, but for what was nobody's. */
  serve(server: string): void {
    this.#current = this.#series.find((one) => one.server === server) ?? this.#begin(server);
    const unnamed = this.#series.findIndex((one) => one.server === '' && one !== this.#current);
    if (unnamed >= 0) this.#series.splice(unnamed, 1);
  }

  /** `span`: of the call that took so long, where it is traced. */
  observe(value: number, span?: SpanReference): void {
    const { counts, exemplars } = this.#current;
    let at = 0;
    while (at < this.#buckets.length && value > (this.#buckets[at] as number)) at++;
    counts[at] = (counts[at] as number) + 1;
    this.#current.sum += value;
    if (span !== undefined) exemplars[at] = exemplarOf(value, span);
  }

  /** For the registry. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.#series.flatMap((series) => this.#valuesOf(series)) };
  }

  #begin(server: string): Series {
    const series = { server, counts: [...this.#buckets.map(() => 0), 0], exemplars: [], sum: 0 };
    this.#series.push(series);
    return series;
  }

  #valuesOf({ server, counts, exemplars, sum }: Series): Value[] {
    let count = 0;
    const buckets = counts.map((own, i) => {
      count += own;
      const labels = { le: this.#buckets[i] ?? '+Inf', server };
      return { metricName: `${this.name}_bucket`, labels, value: count, exemplar: exemplars[i] };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels: { server }, value: sum },
      { metricName: `${this.name}_count`, labels: { server }, value: count },
    ];
  }
}

/** In the names that Prometheus and Grafana look for. */
function exemplarOf(value: number, { traceId, spanId }: SpanReference): Exemplar {
  return { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: Date.now() / 1000 };
}
