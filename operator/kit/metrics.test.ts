import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ControllerMetrics } from './metrics.ts';

describe('ControllerMetrics', () => {
  it('counts requests to the API server by method and code, and tells who leads', async () => {
    const metrics = new ControllerMetrics(new Registry());
    metrics.request('GET', '200');
    metrics.request('GET', '200');
    metrics.request('PATCH', '<error>');
    metrics.leader('example-controller', false);
    expect(await metrics.registry.getSingleMetricAsString('leader_election_master_status')).toContain(
      'leader_election_master_status{name="example-controller"} 0',
    );
    metrics.leader('example-controller', true);
    const text = await metrics.registry.metrics();
    expect(text).toContain('leader_election_master_status{name="example-controller"} 1');
    expect(text).toContain('rest_client_requests_total{method="GET",code="200"} 2');
    expect(text).toContain('rest_client_requests_total{method="PATCH",code="<error>"} 1');
  });

  it('keeps the queues and controllers of one process apart', async () => {
    const metrics = new ControllerMetrics(new Registry());
    const [a, b] = [metrics.queue('a'), metrics.queue('b')];
    metrics.controller('a', 1).ended('error', 0.2, true);
    metrics.controller('b', 2);
    a.added();
    a.depth(3);
    b.watch(() => [1, 5, 2]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('workqueue_adds_total{name="a",controller="a"} 1');
    expect(text).toContain('workqueue_adds_total{name="b",controller="b"} 0');
    expect(text).toContain('workqueue_depth{name="a",controller="a"} 3');
    expect(text).toContain('workqueue_unfinished_work_seconds{name="b",controller="b"} 8');
    expect(text).toContain('workqueue_longest_running_processor_seconds{name="b",controller="b"} 5');
    expect(text).toContain('controller_runtime_terminal_reconcile_errors_total{controller="a"} 1');
    expect(text).toContain('controller_runtime_reconcile_errors_total{controller="b"} 0');
    expect(text).toContain('controller_runtime_reconcile_time_seconds_bucket{le="0.2",controller="a"} 1');
  });
});
