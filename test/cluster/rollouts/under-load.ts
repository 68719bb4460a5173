/** One event under load, and what is expected of it: the log of each call, and a table for people. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { CallLog } from '../support/load/call-log.ts';
import type { World } from './world.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '.cache', 'rollouts');
/** Given to repeat a run; else another each time. */
const SEED = Number(process.env['SALLYPORT_TEST_SEED'] ?? Date.now() % 1_000_000);
/** The load has to have begun before, and what follows late is seen after. */
const WARM_MS = 1_500;
const AFTER_MS = 1_500;
const SHOWN = 5;
/** A machine that is busy with other things makes few; with fewer than these nothing is shown. */
const LEAST_CALLS = 40;

export async function underLoad(world: World, name: string, event: () => Promise<unknown>): Promise<CallLog> {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.jsonl`);
  const load = await world.load(SEED);
  await sleep(WARM_MS);
  try {
    await event();
    await sleep(AFTER_MS);
  } finally {
    await load.stop();
    load.log.write(file);
    console.log(`${name}, SALLYPORT_TEST_SEED=${SEED}, calls in ${file}\n${load.log.table()}`);
  }
  return load.log;
}

/** Neither more than the control group, nor anything that policy forbids. `counts`: which clients lose nothing; default: all. */
export function expectNothingLost(log: CallLog, counts?: (client: string) => boolean): void {
  const [gated, direct] = [log.sums('gated', counts), log.sums('direct', counts)];
  expect(log.sums('gated').unguarded).toBe(0);
  if (gated.lost > direct.lost) expect(log.lostOf('gated', counts).slice(0, SHOWN)).toEqual([]);
  expect(gated.lost).toBeLessThanOrEqual(direct.lost);
  expect(Math.min(gated.calls, direct.calls)).toBeGreaterThan(LEAST_CALLS);
}
