import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

function histogram(): { registry: Registry; seconds: Histogram } {
  const registry = new Registry();
  return { registry, seconds: new Histogram(registry, { name: 'x_seconds', help: 'How long.', buckets: [0.1, 1] }) };
}

describe('a histogram', () => {
  it('is written as Prometheus reads one: each bucket counts all that is below', async () => {
    const { registry, seconds } = histogram();
    seconds.serve('finance/ledger');
    for (const value of [0.05, 0.1, 0.5, 2]) seconds.observe(value);
    expect(await registry.metrics()).toBe(
      [
        '# HELP x_seconds How long.',
        '# TYPE x_seconds histogram',
        'x_seconds_bucket{le="0.1",server="finance/ledger"} 2',
        'x_seconds_bucket{le="1",server="finance/ledger"} 3',
        'x_seconds_bucket{le="+Inf",server="finance/ledger"} 4',
        'x_seconds_sum{server="finance/ledger"} 2.65',
        'x_seconds_count{server="finance/ledger"} 4',
        '',
      ].join('\n'),
    );
  });

  it('keeps what was counted under the name of then', async () => {
    const { registry, seconds } = histogram();
    seconds.serve('a');
    seconds.observe(1);
    seconds.serve('b');
    seconds.observe(1);
    seconds.observe(1);
    seconds.serve('a');
    seconds.observe(1);
    const text = await registry.metrics();
    expect(text).toContain('x_seconds_count{server="a"} 2');
    expect(text).toContain('x_seconds_count{server="b"} 2');
  });

  it('forgets what was counted before there was a name', async () => {
    const { registry, seconds } = histogram();
    seconds.observe(1);
    seconds.serve('a');
    expect(await registry.metrics()).not.toContain('server=""');
  });

  it('keeps of each bucket the last call that was traced', async () => {
    const { registry, seconds } = histogram();
    seconds.serve('a');
    for (const spanId of ['1', '2']) seconds.observe(0.5, { traceId: 't', spanId, sampled: true });
    seconds.observe(0.5);
    const [{ values } = expect.fail('it is registered')] = await registry.getMetricsAsJSON();
    const exemplars = values.map((value) => 'exemplar' in value && value.exemplar);
    const timestamp = expect.closeTo(Date.now() / 1000, -2) as number;
    const kept = { labelSet: { trace_id: 't', span_id: '2' }, value: 0.5, timestamp };
    expect(exemplars).toEqual([undefined, kept, undefined, false, false]);
    expect(await registry.metrics()).not.toContain('trace_id');
  });
});
