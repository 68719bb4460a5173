/** Metrics as a registry of prom-client tells them (`getMetricsAsJSON`), and what the other forms need to know of them. */

export interface Exemplar {
  /** `trace_id` and `span_id`, as Prometheus and Grafana look for them. */
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

export interface Sample {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** Where it is not the name of the family: `_bucket`, `_sum`, `_count`. */
  readonly metricName?: string;
  readonly exemplar?: Exemplar | undefined;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

const TOTAL = '_total';

/** Without what OpenMetrics puts behind each counter. */
export function familyName({ name, type }: Pick<MetricFamily, 'name' | 'type'>): string {
  return type === 'counter' && name.endsWith(TOTAL) ? name.slice(0, -TOTAL.length) : name;
}

/** In UCUM, as OTLP has it; empty where the name says none. Only what stands in the name: whoever writes it out again adds it there. */
export function unitOf(family: Pick<MetricFamily, 'name' | 'type'>): string {
  const name = familyName(family);
  if (name.endsWith('_seconds')) return 's';
  return name.endsWith('_bytes') ? 'By' : '';
}

/** One series of a histogram, in the order of its bounds. */
export interface HistogramSeries {
  readonly labels: Sample['labels'];
  /** Upper bounds but for infinity. */
  readonly bounds: readonly number[];
  /** Of each bucket alone; one more than there are bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

interface Gathering {
  readonly labels: Sample['labels'];
  readonly buckets: { readonly bound: number; readonly upTo: number }[];
  sum: number;
  count: number;
}

/** The samples of a histogram, which Prometheus counts from below, as series of buckets of their own. */
export function histogramSeries({ name, values }: MetricFamily): HistogramSeries[] {
  const found = new Map<string, Gathering>();
  for (const {
    metricName,
    labels: { le, ...labels },
    value,
  } of values) {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const series = found.get(key) ?? { labels, buckets: [], sum: 0, count: 0 };
    found.set(key, series);
    if (metricName === `${name}_sum`) series.sum = value;
    else if (metricName === `${name}_count`) series.count = value;
    else series.buckets.push({ bound: le === '+Inf' ? Infinity : Number(le), upTo: value });
  }
  return [...found.values()].map(({ labels, buckets, sum, count }) => {
    const inOrder = buckets.toSorted((a, b) => a.bound - b.bound);
    return {
      labels,
      sum,
      count,
      bounds: inOrder.flatMap(({ bound }) => (bound === Infinity ? [] : [bound])),
      counts: inOrder.map(({ upTo }, i) => upTo - (inOrder[i - 1]?.upTo ?? 0)),
    };
  });
}
