/**
 * Chaos: `npm run chaos -- [--minutes N] [--seed S] [--fault PART]...`. Faults hit a whole node, one or two at a time, while clients call, calls
 * are held and decided, and policy changes. Then what clients, the server and the audit logs of all gates have on record is held
 * against what must never happen. Exit code 0: nothing of it did; 1: it did; 2: wrong usage.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNodeWithImages } from '../cluster/node-with-images.ts';
import { FAULTS } from './faults.ts';
import { INVARIANTS } from './invariants.ts';
import { runChaos, type Run } from './run.ts';

const USAGE = `Usage: npm run chaos -- [options]

Options:
  --minutes N   how long faults go on (default: 10)
  --seed S      the faults, calls and changes of an earlier run again (default: another each time; printed)
  --fault PART  only faults with this in their names; may be given several times
  --help        this text

A node of one's own can be given in SALLYPORT_TEST_KUBECONFIG: the admin.kubeconfig in its folder.

Faults:
${FAULTS.map(({ name }) => `  ${name}`).join('\n')}`;
const MAX_SEED = 2 ** 31;
const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'chaos');
const SHOWN = 10;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const minutes = numberOf('--minutes', values.minutes);
  const seed = values.seed === undefined ? randomInt(MAX_SEED) : numberOf('--seed', values.seed);
  const faults = FAULTS.filter(
    ({ name }) => values.fault.length === 0 || values.fault.some((part) => name.includes(part)),
  );
  if (faults.length === 0) throw new Usage(`--fault ${values.fault.join(', ')}: no fault has that in its name`);
  console.log(`Chaos for ${minutes} minutes. Seed ${seed}.`);
  const given = process.env['SALLYPORT_TEST_KUBECONFIG'] ?? '';
  const node =
    given === '' ? await startNodeWithImages() : { kubeconfig: given, folder: dirname(given), stop: async () => {} };
  try {
    const results = join(FOLDER, String(seed));
    rmSync(results, { recursive: true, force: true });
    mkdirSync(results, { recursive: true });
    const run = await runChaos({ node, seed, minutes, faults, results });
    return report(run, seed, results);
  } finally {
    await node.stop();
  }
}

function report({ history, traffic, verified }: Run, seed: number, results: string): number {
  writeFileSync(join(results, 'history.json'), JSON.stringify(history));
  const { calls, executions, audit, votes, forbidden, faults } = history;
  console.log(`\n${faults.length} faults, ${calls.length} calls: ${traffic}`);
  console.log(
    `${executions.length} executions, ${audit.length} audit lines, ${votes.length} votes, ${forbidden.length} times forbidden`,
  );
  const slowest = Math.max(0, ...faults.map(({ ended, readyAt }) => (readyAt ?? Infinity) - ended));
  console.log(`Ready again after at most ${(slowest / 1_000).toFixed(1)} s.`);
  const checks = Object.entries(INVARIANTS).map(([name, check]) => [name, check(history)] as const);
  const all = [...checks, ['the audit log of every gate verifies', verified] as const];
  for (const [name, broken] of all) {
    console.log(`${broken.length === 0 ? '✔' : '✖'} ${name}`);
    for (const line of broken.slice(0, SHOWN)) console.log(`    ${line}`);
    if (broken.length > SHOWN) console.log(`    and ${broken.length - SHOWN} more`);
  }
  console.log(`Seed ${seed}. All that is on record: ${results}`);
  return all.every(([, broken]) => broken.length === 0) ? 0 : 1;
}

class Usage extends Error {}

function numberOf(option: string, text: string): number {
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new Usage(`${option} ${text}: wants a number, such as ${option} 10`);
  return Number(text);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  return error instanceof Usage || (error instanceof TypeError && 'code' in error) ? 2 : 1;
});
