/** One run: the world is made, faults come and go, and what is on record is gathered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { openClient } from '../cluster/support/load/clients.ts';
import { Wire } from '../cluster/support/load/wire.ts';
import { NAMESPACE, SERVER, TOKEN } from '../cluster/rollouts/objects.ts';
import { World } from '../cluster/rollouts/world.ts';
import { run } from '../cluster/support/command.ts';
import { CLI } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import type { Aimed, Fault } from './faults.ts';
import { type FaultRun, type History, TOOLS } from './history.ts';
import { KeptFiles } from './kept-files.ts';
import { packOf, Policy, Voter } from './people.ts';
import { planOf, type Step } from './plan.ts';
import { Traffic } from './traffic.ts';

export interface RunOptions {
  readonly node: { readonly kubeconfig: string; readonly folder: string };
  readonly seed: number;
  readonly minutes: number;
  readonly faults: readonly Fault[];
  /** A folder that is there. */
  readonly results: string;
}

export interface Run {
  readonly history: History;
  /** For people. */
  readonly traffic: string;
  /** What `sallyport audit verify` found. */
  readonly verified: readonly string[];
}

const REPLICAS = 2;
const MINUTE_MS = 60_000;
/** Longer than the minute that is promised, so that it is seen by how much it is missed. */
const GIVEN_UP_MS = 3 * MINUTE_MS;

export async function runChaos({ node, seed, minutes, faults, results }: RunOptions): Promise<Run> {
  const world = new World(node.kubeconfig);
  await world.helm();
  await world.serve();
  await world.apply([packOf('Allow')]);
  await world.settled(REPLICAS);
  const address = await world.kubectl('get', 'service', SERVER, '-o', 'jsonpath={.spec.clusterIP}');
  const began = Date.now();
  const files = new KeptFiles(node.folder, NAMESPACE);
  const parts = { traffic: new Traffic(seed, address), policy: new Policy(world, seed), voter: new Voter(world, seed) };
  const runs: FaultRun[] = [];
  const until = Date.now() + minutes * MINUTE_MS;
  try {
    for (const step of planOf(
      seed,
      faults.map(({ name }) => name),
    )) {
      await sleep(step.calmMs);
      if (Date.now() > until) break;
      const done = await oneStep({ world, folder: node.folder }, step, faults, address);
      runs.push(done);
      if (done.readyAt === undefined) break;
    }
  } finally {
    await Promise.all([parts.traffic.stop(), parts.voter.stop(), parts.policy.stop()]);
    await sleep(1_000);
    files.stop();
  }
  const history: History = {
    calls: parts.traffic.calls,
    // The logs of a node that was given begin with what others did there.
    executions: files.executions().filter(({ time }) => time >= began),
    audit: files.auditLines(),
    votes: parts.voter.votes,
    forbidden: parts.policy.forbidden,
    faults: runs,
  };
  return { history, traffic: parts.traffic.table(), verified: await verify(files.writeAudit(join(results, 'audit'))) };
}

async function oneStep(
  field: { readonly world: World; readonly folder: string },
  { faults, choice }: Step,
  all: readonly Fault[],
  address: string,
): Promise<FaultRun> {
  const chosen = all.filter(({ name }) => faults.includes(name));
  const aimed: { fault: Fault; target: Aimed }[] = [];
  for (const fault of chosen) aimed.push({ fault, target: await fault.aim(field, choice) });
  const name = faults.join(' and ');
  const began = Date.now();
  console.log(
    `  ${new Date(began).toISOString()} ${aimed.map(({ fault, target }) => `${fault.name} (${target.at})`).join(' and ')}`,
  );
  await Promise.all(
    aimed.map(async ({ fault, target }) => {
      await target.do();
      await sleep(fault.lastsMs);
      await target.undo();
    }),
  );
  const ended = Date.now();
  const readyAt = await ready(field.world, address).catch((error: unknown) => {
    console.log(`      not ready: ${String(error)}`);
    return undefined;
  });
  if (readyAt !== undefined)
    console.log(`      ready again ${((readyAt - ended) / 1_000).toFixed(1)} s after it ended`);
  return { name, began, ended, readyAt };
}

/** Pods, policy in every gate, the operator, and a call that is answered. Resolves with the moment when all of it was seen. */
async function ready(world: World, address: string): Promise<number> {
  await eventually(
    'everything is ready again',
    async () => {
      try {
        // What was evicted stays as a failed pod until the cluster's own housekeeping, and is no replica.
        await world.kubectl('delete', 'pods', '--field-selector=status.phase=Failed', '--wait=false');
        await world.operator('rollout', 'status', 'deployment/sallyport-operator', '--timeout=5s');
        await world.settled(REPLICAS);
        return await answers(address);
      } catch {
        return false;
      }
    },
    GIVEN_UP_MS,
  );
  return Date.now();
}

async function answers(address: string): Promise<boolean> {
  const wire = new Wire({ address, keepsConnections: false });
  try {
    const client = await openClient('v2 modern', `http://${SERVER}.${NAMESPACE}.svc/mcp`, TOKEN, wire);
    const said = await client.call(TOOLS.free, { ready: 'yes' }, 'f'.repeat(32));
    return said.includes('yes');
  } finally {
    await wire.close();
  }
}

/** One pod after the other. What a kill explains are warnings, which are no findings. */
async function verify(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    await run(process.execPath, [CLI, 'audit', 'verify', folder]).catch((error: unknown) => {
      found.push(error instanceof Error ? error.message : String(error));
    });
  }
  return found;
}
