import { expect, it } from 'vitest';
import { type MetricFamily, familyName, histogramSeries, unitOf } from './metric-family.ts';

const HISTOGRAM: MetricFamily = {
  name: 'x_seconds',
  help: 'Time.',
  type: 'histogram',
  values: [
    { value: 4, labels: { le: '+Inf', server: 's' }, metricName: 'x_seconds_bucket' },
    { value: 1, labels: { le: 0.1, server: 's' }, metricName: 'x_seconds_bucket' },
    { value: 3, labels: { le: 1, server: 's' }, metricName: 'x_seconds_bucket' },
    { value: 9.5, labels: { server: 's' }, metricName: 'x_seconds_sum' },
    { value: 4, labels: { server: 's' }, metricName: 'x_seconds_count' },
  ],
};

it('a histogram has buckets of their own', () => {
  expect(histogramSeries(HISTOGRAM)).toEqual([
    { labels: { server: 's' }, bounds: [0.1, 1], counts: [1, 2, 1], sum: 9.5, count: 4 },
  ]);
});

it('series are told apart by all of their labels', () => {
  const values = ['a', 'b'].flatMap((server) =>
    HISTOGRAM.values.map((one) => ({ ...one, labels: { ...one.labels, server } })),
  );
  expect(histogramSeries({ ...HISTOGRAM, values }).map(({ labels }) => labels)).toEqual([
    { server: 'a' },
    { server: 'b' },
  ]);
});

it.each([
  ['a_seconds', 'histogram', 'a_seconds', 's'],
  ['a_seconds_total', 'counter', 'a_seconds', 's'],
  ['a_bytes', 'gauge', 'a_bytes', 'By'],
  ['a_bytes_max', 'gauge', 'a_bytes_max', ''],
  ['a_total', 'gauge', 'a_total', ''],
])('%s is a %s of %s in %j', (name, type, family, unit) => {
  expect([familyName({ name, type }), unitOf({ name, type })]).toEqual([family, unit]);
});
