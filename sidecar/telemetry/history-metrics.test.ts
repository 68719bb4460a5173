import { expect, test } from 'vitest';
import { Metrics } from './metrics.ts';

test('credits are counted by budget, tool and caller, of which not more than some have a name', async () => {
  const metrics = new Metrics('finance/ledger');
  for (let i = 0; i < 120; i++) metrics.history.spent('finance/pack#day', 'export', `agent-${i}`, 0.5);
  metrics.history.spent('finance/pack#day', 'export', 'agent-0', 2);
  metrics.history.reached('finance/pack#day', 'Shadow', 80);
  const text = await metrics.registry.metrics();
  const of = 'server="finance/ledger",budget="finance/pack#day"';
  expect(text).toContain(`sallyport_credits_total{${of},tool="export"} 62`);
  expect(text).toContain(`sallyport_principal_credits_total{${of},principal="agent-0"} 2.5`);
  expect(text).toContain(`sallyport_principal_credits_total{${of},principal="_other"} 10`);
  expect(text).toContain(`sallyport_budget_warnings_total{${of},percent="80",mode="Shadow"} 1`);
});
