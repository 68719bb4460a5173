import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { Caches } from './caches.ts';
import { registerClusterMetrics } from './cluster-metrics.ts';
import { keyOf } from './kit/store.ts';
import { approvalRequest, cachesWith, mcpServer } from './testing/gen.ts';

const NOW = Date.parse('2026-11-21T10:05:00Z');

async function linesWith(caches: Caches): Promise<string[]> {
  const registry = new Registry();
  registerClusterMetrics(registry, caches, { now: () => NOW, monotonic: () => 0 });
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith('sallyport_'));
}

const condition = (type: string, status: string) => ({ type, status, reason: 'R', message: '' });

it('tells the conditions and pods of servers, and nothing of one that nobody has looked at', async () => {
  const judged = mcpServer({
    status: {
      conditions: [
        condition('Ready', 'True'),
        condition('PolicyEnforced', 'False'),
        condition('TrafficVerified', 'Unknown'),
      ],
      pods: { selected: 3, injected: 2, ready: 2 },
      policy: { revision: 'r', packs: [], enforced: 1, summary: '' },
    },
  });
  expect(await linesWith(cachesWith(judged, mcpServer({ name: 'new' })))).toEqual([
    'sallyport_server_condition{server="finance/ledger",type="Ready",status="True"} 1',
    'sallyport_server_condition{server="finance/ledger",type="PolicyEnforced",status="False"} 1',
    'sallyport_server_condition{server="finance/ledger",type="TrafficVerified",status="Unknown"} 1',
    'sallyport_server_pods{server="finance/ledger",state="selected"} 3',
    'sallyport_server_pods{server="finance/ledger",state="injected"} 2',
    'sallyport_server_pods{server="finance/ledger",state="ready"} 2',
    'sallyport_server_pods{server="finance/ledger",state="enforcing"} 1',
  ]);
});

it('counts requests that wait, and tells the age of the oldest', async () => {
  const at = (name: string, createdAt: string, state: string) =>
    approvalRequest({ name, createdAt, status: { state } });
  const caches = cachesWith(
    at('young', '2026-11-21T10:04:50Z', 'Pending'),
    at('old', '2026-11-21T10:04:00Z', 'Pending'),
    at('older', '2026-11-21T09:00:00Z', 'Denied'),
  );
  expect(await linesWith(caches)).toEqual([
    'sallyport_approval_requests_pending{namespace="finance"} 2',
    'sallyport_approval_oldest_pending_seconds{namespace="finance"} 60',
  ]);
});

it('says nothing of what is gone', async () => {
  const caches = cachesWith(approvalRequest({ status: { state: 'Pending' } }));
  const registry = new Registry();
  registerClusterMetrics(registry, caches, { now: () => NOW, monotonic: () => 0 });
  expect(await registry.metrics()).toContain('sallyport_approval_requests_pending{namespace="finance"} 1');
  for (const request of [...caches.approvals.list()]) caches.approvals.delete(keyOf(request));
  expect(await registry.metrics()).not.toContain('namespace="finance"');
});
