/** A budget that the gates of a server share: as much as there is passes, by whichever of them, and it stays spent when all of them end. */
import { describe, expect, it, vi } from 'vitest';
import { API_VERSION } from '../../core/api/common.ts';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { policyPackSchema } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { StoreServer, storePrograms } from '../support/store-server.ts';

// Four processes.
vi.setConfig({ testTimeout: 120_000 });

const { use } = cleanupAfterEach();
const BUDGET = [
  { name: 'day', credits: 100, every: 'Day', timeZone: 'Europe/Berlin', per: ['server'] },
  { name: 'burst', credits: 100, window: '10m', per: ['server'] },
];

function bundleFor(url: string): string {
  const server = mcpServerSchema.parse({
    ...{ apiVersion: API_VERSION, kind: 'MCPServer', metadata: { name: 'ledger', namespace: 'finance' } },
    spec: { remote: { url: 'http://127.0.0.1:1/mcp' }, access: { anonymous: true }, state: { valkey: { url } } },
  });
  const pack = policyPackSchema.parse({
    ...{ apiVersion: API_VERSION, kind: 'PolicyPack', metadata: { name: 'rules', namespace: 'finance' } },
    spec: { ...ALLOW_ALL, limits: { budget: BUDGET } },
  });
  return compile(server, [pack]).text;
}

async function call({ port }: SidecarProcess): Promise<boolean> {
  const body = modernRequest('tools/call', { name: 'echo', arguments: {} });
  return !(await rawExchange(port, { headers: modernHeaders('tools/call', 'echo'), body })).body.includes('used up');
}

describe.each(storePrograms())('%s', (program) => {
  it(
    'a hundred credits are a hundred over two gates, and over two others after them',
    { tags: ['budgets'] },
    async () => {
      const store = await use(StoreServer.start(program));
      const fixture = await use(startFixture());
      const volume = await use(new MountedVolume({ 'bundle.json': bundleFor(store.url) }));
      const start = async (): Promise<SidecarProcess> => {
        const gate = await use(startSidecar({ SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: volume.path }));
        await eventually('it is ready', async () => (await gate.readiness()).status === 200);
        await eventually(
          'it has its store',
          () => gate.log.some((line) => line.includes('counts in the store')),
          20_000,
        );
        return gate;
      };
      const passed: boolean[] = [];
      for (const each of [40, 40]) {
        const gates = await Promise.all([start(), start()]);
        const calls = gates.flatMap((gate) => Array.from({ length: each }, async () => call(gate)));
        passed.push(...(await Promise.all(calls)));
        for (const gate of gates) await gate.terminate();
      }
      expect(passed.filter(Boolean)).toHaveLength(100);
      expect(fixture.executed).toHaveLength(100);
    },
  );
});
