import { expect, it } from 'vitest';
import type { MetricFamily } from './metric-family.ts';
import { openMetricsText, wantsOpenMetrics } from './open-metrics.ts';

const COUNTER: MetricFamily = {
  name: 'x_calls_total',
  help: 'Calls, "all" of them.\nReally.',
  type: 'counter',
  values: [{ value: 2, labels: { tool: 'a"b\\c\n' } }],
};
const exemplar = { labelSet: { trace_id: 'ab', span_id: 'cd' }, value: 0.25, timestamp: 1_700_000_000.5 };
const HISTOGRAM: MetricFamily = {
  name: 'x_seconds',
  help: 'Time.',
  type: 'histogram',
  values: [
    { value: 1, labels: { le: 0.1, server: 's' }, metricName: 'x_seconds_bucket' },
    { value: 3, labels: { le: 1, server: 's' }, metricName: 'x_seconds_bucket', exemplar },
    { value: 4, labels: { le: '+Inf', server: 's' }, metricName: 'x_seconds_bucket' },
    { value: 9.5, labels: { server: 's' }, metricName: 'x_seconds_sum' },
    { value: 4, labels: { server: 's' }, metricName: 'x_seconds_count' },
  ],
};

it('is written as OpenMetrics wants it', () => {
  const gauge = { name: 'x_now', help: 'Now.', type: 'gauge', values: [{ value: Number.NaN, labels: {} }] };
  expect(openMetricsText([COUNTER, HISTOGRAM, gauge])).toBe(
    [
      '# TYPE x_calls counter',
      '# HELP x_calls Calls, \\"all\\" of them.\\nReally.',
      'x_calls_total{tool="a\\"b\\\\c\\n"} 2',
      '# TYPE x_seconds histogram',
      '# HELP x_seconds Time.',
      'x_seconds_bucket{le="0.1",server="s"} 1',
      'x_seconds_bucket{le="1",server="s"} 3 # {trace_id="ab",span_id="cd"} 0.25 1700000000.500',
      'x_seconds_bucket{le="+Inf",server="s"} 4',
      'x_seconds_sum{server="s"} 9.5',
      'x_seconds_count{server="s"} 4',
      '# TYPE x_now gauge',
      '# HELP x_now Now.',
      'x_now NaN',
      '# EOF',
      '',
    ].join('\n'),
  );
});

it.each([
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;q=0.5',
    true,
  ],
  ['Application/OpenMetrics-Text', true],
  ['application/openmetrics-text;q=0', false],
  ['text/plain', false],
  ['*/*', false],
  [undefined, false],
])('%s: %s', (accept, wanted) => {
  expect(wantsOpenMetrics(accept)).toBe(wanted);
});
