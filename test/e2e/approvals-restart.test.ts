/** A gate that ends while it holds a call: its client goes on waiting at another replica, and whatever is decided is executed once. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { randomBytes } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { rulesHolding } from '../support/held-calls.ts';
import { MODERN } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { bundleOf } from '../support/policy.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

// Processes that start, and one that ends in order.
vi.setConfig({ testTimeout: 60_000 });

const { use } = cleanupAfterEach();
const CALL = { name: 'transfer', arguments: { amount: 5000, to: 'ACME' } };
let fixture: FixtureServer;
let operator: OperatorDouble;
let gates: readonly [SidecarProcess, SidecarProcess];
let leadsTo: SidecarProcess;
beforeEach(async () => {
  fixture = await use(startFixture());
  operator = await use(OperatorDouble.start());
  operator.handleKeys = { handleKey: randomBytes(32).toString('base64url') };
  const bundle = await use(new MountedVolume({ 'bundle.json': bundleOf(rulesHolding('20s')).text }));
  const env = { ...operator.env, SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path };
  const start = async (): Promise<SidecarProcess> => {
    const gate = await use(startSidecar(env));
    await eventually('it is ready', async () => (await gate.readiness()).status === 200);
    return gate;
  };
  gates = await Promise.all([start(), start()]);
  await eventually('both have the key', () => operator.reports.length >= 2);
  [leadsTo] = gates;
});

/** As by a Service: each request goes where it leads to at that moment. */
async function connect(): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1' }, { versionNegotiation: { mode: { pin: MODERN } } });
  const lead = async (url: string | URL, init?: RequestInit): Promise<Response> =>
    fetch(new URL(new URL(url).pathname, leadsTo.url), init);
  await client.connect(new StreamableHTTPClientTransport(new URL('http://ledger.finance.svc/mcp'), { fetch: lead }));
  return use(client);
}

const isHeld = async (): Promise<unknown> => eventually('it is held', () => operator.pollsOpen > 0);

it('in order: the official client comes back to another one by itself', async () => {
  const client = await connect();
  const result = client.callTool(CALL);
  await isHeld();
  const [first, second] = gates;
  leadsTo = second;
  expect(await first.terminate()).toBe(0);
  await isHeld();
  expect([operator.questions.length, operator.approvals.size, fixture.executed]).toEqual([1, 1, []]);
  operator.settle(operator.only().name, 'Approved');
  expect(textOf(await result)).toBe('transfer {"amount":5000,"to":"ACME"}');
  expect([operator.only().state, fixture.executed]).toEqual(['Consumed', ['transfer']]);
});

it('by a kill: the call fails, and calling again meets the same request', async () => {
  const client = await connect();
  // Its stream has begun, and a client of that SDK waits for its own limit then.
  const result = client.callTool(CALL, { timeout: 3_000 }).then(
    () => 'answered',
    () => 'failed',
  );
  await isHeld();
  const [first, second] = gates;
  leadsTo = second;
  first.process.kill('SIGKILL');
  expect(await result).toBe('failed');
  operator.settle(operator.only().name, 'Approved');
  expect(fixture.executed).toEqual([]);
  expect(textOf(await client.callTool(CALL))).toBe('transfer {"amount":5000,"to":"ACME"}');
  expect([operator.approvals.size, operator.only().state, fixture.executed]).toEqual([1, 'Consumed', ['transfer']]);
});
