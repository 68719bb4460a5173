/**
 * What is settled and over goes at one pace, however much of it there is. SALLYPORT_TEST_SETTLED=10000 takes a quarter of an hour; the line
 * that is printed says what it cost.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';

const SETTLED = Number(process.env['SALLYPORT_TEST_SETTLED'] ?? 90);
const AT_ONCE = 30;
const PATIENCE_MS = 60_000 + SETTLED * 100;
const digest = `sha256:${'a'.repeat(64)}`;

let on: Installation;
let namespace: string;
beforeAll(async () => {
  on = await Installation.start();
  namespace = await on.namespace();
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

const asOperator = () => ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig: on.operatorKubeconfig });

async function settled(client: ApiClient, at: number): Promise<void> {
  const name = `settled-${at}`;
  const call = { method: 'tools/call', tool: 'transfer', preview: { amount: at }, digest };
  const spec = {
    ...{ server: 'ledger', subject: { type: 'Call', call }, principal: { name: 'agent', groups: [] } },
    ...{ reason: 'why', rule: 'a/b#c', revision: digest, expiresAt: '2020-01-01T00:00:00Z' },
  };
  await client.create(CUSTOM_RESOURCES.ApprovalRequest, { metadata: { namespace, name }, spec });
  const patch = { status: { state: 'Expired', decidedAt: '2020-01-01T00:00:00Z' } };
  await client.mergePatch(CUSTOM_RESOURCES.ApprovalRequest, { namespace, name }, patch, { subresource: 'status' });
}

/** Requests of the operator that are answers to no watch. */
function requestsIn(metrics: string): number {
  const counts = [...metrics.matchAll(/^rest_client_requests_total\{[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

test(
  'settled requests are collected with fewer than 20 requests a second to the API server',
  async () => {
    const client = await asOperator();
    for (let at = 0; at < SETTLED; at += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, SETTLED - at) }, (_, one) => settled(client, at + one));
      await Promise.all(some);
    }
    await client.close();
    const operator = await on.replica({ config: { approvals: { keepSettledFor: '10s' } } });
    const [began, before] = [performance.now(), requestsIn(await operator.metrics())];
    await soon(async () => {
      const { items } = await on.client.list(CUSTOM_RESOURCES.ApprovalRequest, { namespace });
      expect(items).toHaveLength(0);
    }, PATIENCE_MS);
    const seconds = (performance.now() - began) / 1000;
    const rate = (requestsIn(await operator.metrics()) - before) / seconds;
    const mebibytes = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(
      `${SETTLED} settled requests: ${seconds.toFixed(0)} s, ${rate.toFixed(1)} requests a second, RSS ${mebibytes} MiB`,
    );
    expect(rate).toBeLessThan(20);
    expect(seconds).toBeGreaterThan(SETTLED / 20 - 5);
  },
  PATIENCE_MS + 300_000,
);
