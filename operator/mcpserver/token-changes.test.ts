/** Which pods are touched, and how often; that the kubelet looks then is tested on a real node. */
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import type { Caches } from '../caches.ts';
import { type ApiClient, ApiError } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { Ref } from '../kit/resource.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { cachesWith, mcpServer, pod } from '../testing/gen.ts';
import { TokenChanges } from './token-changes.ts';

const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' };
const server = mcpServer({ spec: { workload, access: { tokens: { secretName: 'clients' } } } });

let clock: FakeClock;
let touched: string[];
let refuse: Error | undefined;
let log: string[];
beforeEach(() => {
  [clock, touched, refuse, log] = [new FakeClock(), [], undefined, []];
});

function changes(caches: Caches): TokenChanges {
  const client = {
    mergePatch(_: unknown, { name }: Ref) {
      touched.push(name);
      return refuse === undefined ? Promise.resolve({}) : Promise.reject(refuse);
    },
  } as unknown as ApiClient;
  return new TokenChanges(caches, client, clock, pino({}, { write: (line: string) => void log.push(line) }));
}

test('the pods with the gate of a server that uses the Secret are touched, and once more a little later', async () => {
  const bare = pod({ name: 'bare', gateOf: null });
  const foreign = pod({ name: 'foreign', gateOf: 'other' });
  const going = pod({ name: 'going' });
  going.metadata.deletionTimestamp = '2026-11-21T10:00:00Z';
  changes(cachesWith(server, pod(), bare, foreign, going)).announce('finance', 'clients');
  await clock.advance(500);
  expect(touched).toEqual(['ledger-1']);
  await clock.advance(5_000);
  expect(touched).toEqual(['ledger-1', 'ledger-1']);
});

test('a Secret of revocations brings them to the pods as well', async () => {
  const access = { jwt: [{ issuer: 'https://a.example', audiences: ['a'] }], revocations: { secretName: 'stolen' } };
  changes(cachesWith(mcpServer({ spec: { workload, access } }), pod())).announce('finance', 'stolen');
  await clock.advance(5_000);
  expect(touched).toEqual(['ledger-1', 'ledger-1']);
});

test('another Secret, or another namespace, touches nobody', async () => {
  const on = changes(cachesWith(server, pod()));
  on.announce('finance', 'other');
  on.announce('sales', 'clients');
  await clock.advance(5_000);
  expect(touched).toEqual([]);
});

test('however often it changes meanwhile, pods are touched once', async () => {
  const on = changes(cachesWith(server, pod()));
  for (let i = 0; i < 10; i++) on.announce('finance', 'clients');
  await clock.advance(500);
  expect(touched).toEqual(['ledger-1']);
});

test('a pod that cannot be touched is told in the log, unless it is gone', async () => {
  const on = changes(cachesWith(server, pod()));
  const attempt = { verb: 'patch', resource: RESOURCES.Pod } as const;
  refuse = new ApiError(attempt, 404, { details: { name: 'ledger-1' } });
  on.announce('finance', 'clients');
  await clock.advance(500);
  expect(log).toEqual([]);
  refuse = new ApiError(attempt, 403, {});
  await clock.advance(5_000);
  expect(log.join()).toContain('new client tokens reach this pod late');
});
