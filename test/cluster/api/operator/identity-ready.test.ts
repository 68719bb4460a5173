/** Issuers whose keys gates cannot read: from the report of a gate to the condition of its MCPServer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod, type GatedPod } from './pod-identity.ts';

const ISSUER = 'https://login.example.com';
const away = (usable: boolean) => ({ issuer: ISSUER, why: 'status 503', since: '2026-11-30T18:00:00.000Z', usable });

let on: Installation;
let operator: TestOperator;
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica({ name: 'a' });
  pod = await gatedPod(on);
  const jwt = [{ issuer: ISSUER, audiences: ['ledger'] }];
  const patch = JSON.stringify({ spec: { access: { jwt } } });
  await on.kubectl(['-n', pod.namespace, 'patch', 'mcpservers.sallyport.dev', 'ledger', '--type=merge', '-p', patch]);
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

test.each([
  ['IssuerAway', [away(true)], 'the keys of before go on for a day'],
  ['NoKeys', [away(false)], `${ISSUER} since 2026-11-30T18:00:00.000Z, and its tokens are not taken (status 503)`],
  ['KeysRead', [], 'The gates have read the keys'],
])('an MCPServer says %s once a gate does', async (reason, list, message) => {
  const body = {
    version: '0',
    policy: { revision: null, problem: null },
    tokens: { clients: 0, problems: [] },
    issuers: { trusted: 1, away: list },
    upstream: { loopbackOnly: null },
  };
  const { status } = await ask(operator, pod.operatorCa, { token: pod.token, path: '/v1/report', body });
  expect(status).toBeLessThan(300);
  const said = await on.reason({ namespace: pod.namespace, name: 'ledger' }, 'IdentityReady', reason);
  expect(said.message).toContain(message);
});
