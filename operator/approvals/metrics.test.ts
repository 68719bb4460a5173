import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { ApprovalMetrics } from './metrics.ts';

async function after(...decided: Parameters<ApprovalMetrics['decided']>[]): Promise<string> {
  const registry = new Registry();
  const metrics = new ApprovalMetrics(registry);
  for (const one of decided) metrics.decided(...one);
  return registry.metrics();
}

test('every series is there before anybody has decided', async () => {
  const text = await after();
  for (const decision of ['Approved', 'Denied']) {
    expect(text).toContain(`sallyport_approval_decision_seconds_count{decision="${decision}"} 0`);
    expect(text).toContain(`sallyport_approvals_unread_total{decision="${decision}"} 0`);
  }
});

test('how long somebody took is counted, and who took less than reading does', async () => {
  const text = await after(['Approved', 0, 4_999], ['Approved', 0, 5_000], ['Denied', 1_000, 0]);
  expect(text).toContain('sallyport_approval_decision_seconds_sum{decision="Approved"} 9.99');
  expect(text).toContain('sallyport_approval_decision_seconds_bucket{le="5",decision="Approved"} 2');
  expect(text).toContain('sallyport_approvals_unread_total{decision="Approved"} 1');
  expect(text).toContain('sallyport_approvals_unread_total{decision="Denied"} 1');
});
