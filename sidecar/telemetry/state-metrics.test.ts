import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { StateMetrics } from './state-metrics.ts';

it('is there from the start, at nothing, and counts what happens', async () => {
  const registry = new Registry();
  const metrics = new StateMetrics(registry, () => 'finance/ledger');
  const text = async () => registry.metrics();
  expect(await text()).toContain('sallyport_state_connected{server="finance/ledger"} 0');
  expect(await text()).toContain('sallyport_state_failures_total{server="finance/ledger",reason="late"} 0');
  metrics.connected(true);
  metrics.answered(2);
  metrics.failed('late');
  metrics.fellBack('denied');
  expect(await text()).toContain('sallyport_state_connected{server="finance/ledger"} 1');
  expect(await text()).toContain('sallyport_state_seconds_bucket{le="0.0025",server="finance/ledger"} 1');
  expect(await text()).toContain('sallyport_state_failures_total{server="finance/ledger",reason="late"} 1');
  expect(await text()).toContain('sallyport_state_fallbacks_total{server="finance/ledger",outcome="denied"} 1');
});
