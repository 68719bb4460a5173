/**
 * From the predecessor to this tree and back, as the documentation has it: the kinds, the operator, then the workloads. All the while
 * clients call, and at every stage a changed policy has to arrive.
 */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { expectNothingLost, underLoad } from './under-load.ts';
import { World } from './world.ts';

const LIMIT_MS = 6 * 60_000;

const predecessor = inject('predecessor');
const world = new World(inject('nodeKubeconfig'));

beforeAll(async () => {
  if (predecessor === undefined) return;
  await world.remove();
  await world.helm(predecessor.values, predecessor.charts);
  await world.serve();
});
afterAll(() => world.remove());

const restart = async (): Promise<void> => {
  await world.kubectl('rollout', 'restart', 'deployment/ledger');
  await world.settled(2);
};

test.skipIf(predecessor === undefined)(
  'an upgrade and the way back: policy arrives at every stage, nothing is unguarded, nothing is lost',
  { timeout: LIMIT_MS },
  async () => {
    const images: Record<string, string> = {};
    const log = await underLoad(world, 'upgrade', async () => {
      const stage = async (name: string, work: () => Promise<unknown>): Promise<void> => {
        await work();
        await world.settled(2);
        await world.enforces(name);
        images[name] = await world.gateImage();
      };
      await stage('the predecessor', async () => {});
      await stage('its gates under the new operator', () => world.helm());
      await stage('all new', restart);
      await stage('new gates under the predecessor', () => world.rollBack());
      await stage('all as before', restart);
    });
    const { 'all new': own, ...others } = images;
    expect(own).not.toContain(':predecessor');
    expect(others['new gates under the predecessor']).toBe(own);
    expect(others['its gates under the new operator']).toContain(':predecessor');
    expect(others['all as before']).toContain(':predecessor');
    // The predecessor's gates do not know each other's sessions, and refuse new ones once they leave.
    expectNothingLost(log, (client) => client.startsWith('v2 modern'));
  },
);
