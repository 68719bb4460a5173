/**
 * A histogram by server, counted without a key made of labels: every call is observed twice, and prom-client's own builds that key for
 * each observation, which cost more than the call's audit line.
 */
import type { Metric, Registry } from 'prom-client';

interface Series {
  readonly server: string;
  /** Of each bucket alone; the last is for what is beyond all of them. */
  readonly counts: number[];
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

  observe(value: number): void {
    const { counts } = this.#current;
    let at = 0;
    while (at < this.#buckets.length && value > (this.#buckets[at] as number)) at++;
    counts[at] = (counts[at] as number) + 1;
    this.#current.sum += value;
  }

  /** For the registry. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.#series.flatMap((series) => this.#valuesOf(series)) };
  }

  #begin(server: string): Series {
    const series = { server, counts: [...this.#buckets.map(() => 0), 0], sum: 0 };
    this.#series.push(series);
    return series;
  }

  #valuesOf({ server, counts, sum }: Series): Value[] {
    let count = 0;
    const buckets = counts.map((own, i) => {
      count += own;
      return { metricName: `${this.name}_bucket`, labels: { le: this.#buckets[i] ?? '+Inf', server }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels: { server }, value: sum },
      { metricName: `${this.name}_count`, labels: { server }, value: count },
    ];
  }
}
