/** A held call that nobody waits for any more, or that may no longer run, is not executed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  decidePending,
  pendingApproval,
  policyHolding,
  rulesHolding,
  sendTransfer,
  transfer,
} from '../support/held-calls.ts';
import { JSON_HEADERS, callTool, legacyHeaders } from '../support/messages.ts';
import { policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { openSession, post } from '../support/session.ts';

const { use } = cleanupAfterEach();
let fixture: FixtureServer;
let gate: TestGate;
beforeEach(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url, policy: policyHolding('20s') }));
});

const ARGS = { amount: 5000, to: 'ACME' };
const cancelled = (requestId: number | string): string =>
  JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });

it('a client that left: its approval waits for the next identical call', async () => {
  const socket = sendTransfer(gate, ARGS);
  const { name } = await pendingApproval(gate);
  socket.destroy();
  const [line] = await gate.decisions(1);
  expect(line).toMatchObject({ outcome: 'client-gone', approval: { name, state: 'Pending' } });
  await decidePending(gate, 'Approved');
  await sleep(50);
  expect(fixture.seen).toEqual([]);
  expect((await transfer(gate, ARGS)).text).toContain('ACME');
  expect(fixture.executed).toEqual(['transfer']);
});

it('a call of a session that its client takes back: neither it nor the cancellation reaches the server', async () => {
  const session = await openSession(gate);
  const held = post(gate, legacyHeaders(session), callTool('transfer', ARGS, 7));
  await pendingApproval(gate);
  expect((await post(gate, legacyHeaders(session), cancelled(7))).status).toBe(202);
  expect((await held).body).toContain('Not executed yet');
  await decidePending(gate, 'Approved');
  await sleep(50);
  expect(fixture.executed).toEqual([]);
  expect(fixture.seen.map(({ body }) => body).filter((body) => !body.includes('initialize'))).toEqual([]);
});

it.each<[name: string, id: string | number, token: string]>([
  ['under another id', '7', 'ada-token'],
  ['by another principal', 7, 'bob-token'],
])('a call is not taken back %s', async (_name, id, token) => {
  gate.setClients({ ada: 'ada-token', bob: 'bob-token' });
  const authorization = (one: string) => ['Authorization', `Bearer ${one}`] as const;
  const [ada, own] = [await openSession(gate, 'ada-token'), await openSession(gate, token)];
  const held = post(gate, [...legacyHeaders(ada), authorization('ada-token')], callTool('transfer', ARGS, 7));
  await pendingApproval(gate);
  await post(gate, [...legacyHeaders(own), authorization(token)], cancelled(id));
  await decidePending(gate, 'Approved');
  expect((await held).body).toContain('ACME');
});

it('a session that ends takes its held calls with it', async () => {
  const session = await openSession(gate);
  const held = post(gate, legacyHeaders(session), callTool('transfer', ARGS));
  await pendingApproval(gate);
  await rawExchange(gate.port, { method: 'DELETE', headers: legacyHeaders(session) });
  expect((await held).body).toContain('Not executed yet');
  await decidePending(gate, 'Approved');
  await sleep(50);
  expect(fixture.executed).toEqual([]);
});

it('a policy that denies it by now: the approval is worth nothing', async () => {
  const held = transfer(gate, ARGS);
  await pendingApproval(gate);
  const { tools = [] } = rulesHolding('20s');
  gate.setPolicy(policyOf({ tools: [...tools, { names: ['transfer'], effect: 'Deny' }] }));
  await decidePending(gate, 'Approved');
  expect((await held).refusal).toBe('approval-outdated');
  expect((await transfer(gate, ARGS)).refusal).toBe('denied');
  expect(fixture.seen).toEqual([]);
});

it.each([
  ['taken away', {}],
  ['given to somebody else', { bob: 'ada-token' }],
])('a token %s by now: the approval waits for whom it was given to', async (_name, clients) => {
  gate.setClients({ ada: 'ada-token' });
  const held = transfer(gate, ARGS, { token: 'ada-token' });
  await pendingApproval(gate);
  gate.setClients(clients);
  await decidePending(gate, 'Approved');
  expect((await held).messages.at(-1)).toMatchObject({ error: { code: -32000 } });
  expect(fixture.executed).toEqual([]);
  gate.setClients({ ada: 'other-token' });
  expect((await transfer(gate, ARGS, { token: 'other-token' })).text).toContain('ACME');
});

it('a session that nobody opened ends, and no held call with it', async () => {
  const held = transfer(gate, ARGS);
  await pendingApproval(gate);
  await rawExchange(gate.port, { method: 'DELETE', headers: legacyHeaders() });
  await decidePending(gate, 'Approved');
  expect((await held).text).toContain('ACME');
});

it('a policy that is gone by now: the same', async () => {
  const held = transfer(gate, ARGS);
  await pendingApproval(gate);
  gate.setPolicy(undefined);
  await decidePending(gate, 'Approved');
  expect((await held).refusal).toBe('approval-outdated');
  expect(fixture.seen).toEqual([]);
});

it.each([
  ['SDK v1', async () => connectV1(gate.url)],
  ['SDK v2, legacy', async () => connectV2(gate.url, 'legacy')],
  ['SDK v2, 2026-07-28', async () => connectV2(gate.url, 'modern')],
])('%s that runs out of patience', async (_name, connect) => {
  const client = (await use<{ close(): unknown }>(connect())) as Awaited<ReturnType<typeof connectV2>>;
  const abort = new AbortController();
  const params = { name: 'transfer', arguments: ARGS };
  const isV1 = !('listen' in client);
  const call = isV1
    ? (client as unknown as Awaited<ReturnType<typeof connectV1>>).callTool(params, undefined, { signal: abort.signal })
    : client.callTool(params, { signal: abort.signal });
  const failed = expect(call).rejects.toThrow();
  await pendingApproval(gate);
  abort.abort();
  await failed;
  await eventually('the hold is over', async () =>
    (await gate.decisions()).find(({ approval, tool }) => tool === 'transfer' && approval !== undefined),
  );
  await decidePending(gate, 'Approved');
  await sleep(50);
  expect(fixture.executed).toEqual([]);
});

it('a gate that shuts down: the client is told to call again', async () => {
  const held = transfer(gate, ARGS);
  await pendingApproval(gate);
  gate.gate.draining = true;
  gate.gate.holds.cancelAll();
  expect((await held).refusal).toBe('approval-pending');
  const late = await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('transfer', ARGS) });
  expect(late.status).toBe(503);
  expect(fixture.seen).toEqual([]);
});
