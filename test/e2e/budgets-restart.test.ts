/** What is spent stays spent when a gate is restarted, in order or by a kill. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { startFixture } from '../support/fixture-server.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { eventually } from '../support/eventually.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

// Two processes, one after the other.
vi.setConfig({ testTimeout: 60_000 });

const { use } = cleanupAfterEach();
const BUDGET = [
  { name: 'day', credits: 100, every: 'Day' as const, timeZone: 'Europe/Berlin', per: ['server' as const] },
  { name: 'burst', credits: 100, window: '10m', per: ['server' as const] },
];

async function call({ port }: SidecarProcess): Promise<boolean> {
  const body = modernRequest('tools/call', { name: 'echo', arguments: {} });
  return !(await rawExchange(port, { headers: modernHeaders('tools/call', 'echo'), body })).body.includes('used up');
}

it.each([
  ['in order', async (gate: SidecarProcess) => gate.terminate()],
  [
    'by a kill, a second after',
    async (gate: SidecarProcess) => {
      await sleep(1000);
      await gate.close();
    },
  ],
])('a hundred credits stay a hundred over a restart, %s', async (_how, end) => {
  const fixture = await use(startFixture());
  const volume = await use(
    new MountedVolume({ 'bundle.json': bundleOf({ ...ALLOW_ALL, limits: { budget: BUDGET } }).text }),
  );
  const state = await use(new MountedVolume());
  const start = async (): Promise<SidecarProcess> => {
    const env = { SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: volume.path, SALLYPORT_STATE_DIR: state.path };
    const gate = await startSidecar(env);
    await eventually('it is ready', async () => (await gate.readiness()).status === 200);
    return gate;
  };
  const first = await start();
  const passed = await Promise.all(Array.from({ length: 70 }, async () => call(first)));
  await end(first);
  const second = await use(start());
  passed.push(...(await Promise.all(Array.from({ length: 70 }, async () => call(second)))));
  expect(passed.filter(Boolean)).toHaveLength(100);
  expect(fixture.executed).toHaveLength(100);
  if (first.process.exitCode !== null) await first.close();
});
