/** The store that gates share: how many they are lies beside the policy, and what they say of the store is a condition of their MCPServer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import type { TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, type GatedPod } from './pod-identity.ts';

let on: Installation;
let operator: TestOperator;
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica({ name: 'a' });
  pod = await gatedPod(on);
  const patch = JSON.stringify({ spec: { state: { valkey: { url: 'redis://valkey.data.svc:6379' } } } });
  await on.kubectl(['-n', pod.namespace, 'patch', 'mcpservers.sallyport.dev', 'ledger', '--type=merge', '-p', patch]);
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

test('the number of gates lies beside the policy', async () => {
  const path = 'jsonpath={.data.replicas}';
  const read = () => on.kubectl(['-n', pod.namespace, 'get', 'configmap', 'sallyport-policy-ledger', '-o', path]);
  await eventually('it is written', async () => (await read()).trim() === '1', 30_000);
});

test.each([
  ['StoreAway', 'valkey.data.svc:6379: no answer within 250 ms', 'it counts for itself, with its part of each limit'],
  ['Shared', null, 'count together in the store'],
])('an MCPServer says %s once a gate does', async (reason, problem, message) => {
  const body = {
    version: '0',
    policy: { revision: null, problem: null },
    tokens: { clients: 0, problems: [] },
    state: { problem },
    upstream: { loopbackOnly: null },
  };
  const { status } = await ask(operator, pod.operatorCa, { token: pod.token, path: '/v1/report', body });
  expect(status).toBeLessThan(300);
  const said = await on.reason({ namespace: pod.namespace, name: 'ledger' }, 'StateShared', reason);
  expect(said.message).toContain(message);
});
