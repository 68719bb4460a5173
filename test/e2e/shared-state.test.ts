/** Four gates of one server, each a process, and the store that they share: a budget and a limit hold over all of them, and over their restart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_VERSION } from '../../core/api/common.ts';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { policyPackSchema } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, type PackSpec } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { StoreServer, storePrograms } from '../support/store-server.ts';

const PASSWORD = 'a password of the store';
const GATES = 4;
const CLIENTS = 8;
const BUDGET: PackSpec = { ...ALLOW_ALL, limits: { budget: [{ name: 'day', credits: 100, window: '24h' }] } };
const SLOTS: PackSpec = { ...ALLOW_ALL, limits: { concurrent: [{ name: 'slots', calls: 3 }] } };

const { defer, use } = cleanupAfterEach();

function bundleWith(spec: PackSpec, store: StoreServer, more: object = {}): string {
  const head = { apiVersion: API_VERSION, metadata: { name: 'ledger', namespace: 'finance' } };
  const valkey = { url: store.url, passwordFrom: { secretName: 'keys', key: 'store' }, ...more };
  const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 80 };
  const server = { ...head, kind: 'MCPServer', spec: { workload, access: { anonymous: true }, state: { valkey } } };
  const pack = { ...head, kind: 'PolicyPack', spec };
  return compile(mcpServerSchema.parse(server), [policyPackSchema.parse(pack)]).text;
}

async function send({ port }: SidecarProcess, name = 'echo'): Promise<boolean> {
  const body = modernRequest('tools/call', { name, arguments: { message: 'hi' } });
  const answer = await rawExchange(port, { headers: modernHeaders('tools/call', name), body });
  return answer.status === 200 && !/"isError":true|"error":/.test(answer.body);
}

/** How many pass of so many that each of eight clients sends, one after the other, to one gate after the other. */
async function burst(gates: readonly SidecarProcess[], each: number): Promise<number> {
  const client = async (first: number): Promise<number> => {
    let passed = 0;
    for (let i = 0; i < each; i++) {
      const gate = gates[(first + i) % gates.length];
      if (gate !== undefined && (await send(gate))) passed++;
    }
    return passed;
  };
  const all = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)));
  return all.reduce((sum, one) => sum + one, 0);
}

describe.each(storePrograms())('%s', { tags: ['limits'] }, (program) => {
  let store: StoreServer;
  let fixture: FixtureServer;
  beforeAll(async () => {
    store = await StoreServer.start(program, { password: PASSWORD, durable: true });
    fixture = await startFixture();
  });
  afterAll(async () => {
    await store.close();
    await fixture.close();
  });

  async function startGates(
    bundle: string,
    count = GATES,
  ): Promise<{ gates: SidecarProcess[]; volume: MountedVolume }> {
    const volume = new MountedVolume({ 'bundle.v2.json': bundle, replicas: String(count) });
    const keys = new MountedVolume({ 'keys/store': `${PASSWORD}\n` });
    defer(() => volume.close());
    defer(() => keys.close());
    const env = {
      ...{ SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: volume.path },
      SALLYPORT_CREDENTIALS_DIR: keys.path,
    };
    const gates = await Promise.all(Array.from({ length: count }, () => startSidecar(env)));
    for (const gate of gates) await use(gate);
    for (const gate of gates) await connected(gate, 1);
    return { gates, volume };
  }

  const connected = (gate: SidecarProcess, is: number): Promise<unknown> =>
    eventually(
      `it counts in the store: ${is}`,
      async () => (await gate.metrics()).includes(`sallyport_state_connected{server="finance/ledger"} ${is}`),
      30_000,
    );

  it('a budget lets exactly as much through, from eight clients over four gates, and none of it again after their restart', async () => {
    const { gates } = await startGates(bundleWith(BUDGET, store));
    expect(await burst(gates, 25)).toBe(100);
    expect(fixture.executed.filter((name) => name === 'echo')).toHaveLength(100);
    for (const gate of gates) await gate.terminate();
    const { gates: others } = await startGates(bundleWith(BUDGET, store), 2);
    expect(await burst(others, 2)).toBe(0);
    expect(others.flatMap(({ log }) => log).join()).not.toContain(PASSWORD);
  }, 120_000);

  it('while it is gone each gate goes on with its part, and what passed is told to it when it is back', async () => {
    store.ask(['FLUSHALL'], PASSWORD);
    const { gates } = await startGates(bundleWith(BUDGET, store), 2);
    expect(await burst(gates, 5)).toBe(40);
    await store.kill();
    await Promise.all(gates.map((gate) => connected(gate, 0)));
    // 50 each, of which each has let 20 through.
    expect(await burst(gates, 20)).toBe(60);
    await store.begin();
    await Promise.all(gates.map((gate) => connected(gate, 1)));
    expect(await burst(gates, 2)).toBe(0);
    expect(await gates[0]?.metrics()).toMatch(
      /sallyport_state_fallbacks_total\{server="finance\/ledger",outcome="local"\} [1-9]/,
    );
  }, 120_000);

  it('where the server says so, nothing passes while it is gone', async () => {
    store.ask(['FLUSHALL'], PASSWORD);
    const { gates } = await startGates(bundleWith(BUDGET, store, { onFailure: 'Deny' }), 1);
    expect(await burst(gates, 1)).toBe(CLIENTS);
    await store.kill();
    await Promise.all(gates.map((gate) => connected(gate, 0)));
    expect(await burst(gates, 1)).toBe(0);
    await store.begin();
    await Promise.all(gates.map((gate) => connected(gate, 1)));
    expect(await burst(gates, 1)).toBe(CLIENTS);
  }, 120_000);

  it('calls at once are counted over all gates, and given back', async () => {
    store.ask(['FLUSHALL'], PASSWORD);
    const { gates } = await startGates(bundleWith(SLOTS, store), 2);
    expect(await burst(gates, 4)).toBeGreaterThanOrEqual(3);
    await eventually(
      'all are given back',
      () => store.ask(['KEYS', 'sallyport:1:{finance}:ledger:l:finance*'], PASSWORD) === '',
    );
  }, 120_000);
});
