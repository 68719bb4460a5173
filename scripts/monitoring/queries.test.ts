import { expect, it } from 'vitest';
import { maxBy, memoryShare, ofOperator, quantile, rate, reasons, sumBy } from './queries.ts';

it.each([
  [rate('a_total'), 'rate(a_total[$__rate_interval])'],
  [rate('a_total', 'x="1"', '5m'), 'rate(a_total{x="1"}[5m])'],
  [sumBy('', 'a'), 'sum(a)'],
  [sumBy('server, tool', 'a'), 'sum by (server, tool) (a)'],
  [maxBy('', 'a'), 'max(a)'],
  [maxBy('server', 'a'), 'max by (server) (a)'],
  [quantile(0.5, 'a', '', '', '5m'), 'histogram_quantile(0.5, sum by (le) (rate(a_bucket[5m])))'],
  [
    quantile(0.99, 'a', 'x="1"', 'server'),
    'histogram_quantile(0.99, sum by (le, server) (rate(a_bucket{x="1"}[$__rate_interval])))',
  ],
  [ofOperator('a'), 'a and on (job, instance) leader_election_master_status{name="sallyport-operator"}'],
  [reasons(['a', 'b']), 'reason=~"a|b"'],
  [memoryShare(), 'process_resident_memory_bytes / on (job, instance) group_right () sallyport_memory_limit_bytes'],
  [
    memoryShare('x="1"'),
    'process_resident_memory_bytes / on (job, instance) group_right () sallyport_memory_limit_bytes{x="1"}',
  ],
])('%s', (query, wanted) => {
  expect(query).toBe(wanted);
});
