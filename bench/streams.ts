/** What it costs to hold streams open that say nothing: resident memory of the gate with a thousand of them, above that without. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, freePorts, startChild, stopChild } from './children.ts';
import { bare } from './footprint.ts';
import { type GateFiles, gateEnvironment, untilReady } from './gate.ts';
import { clientsFor, OpenStreams } from './open-streams.ts';
import { residentMegabytes } from './process.ts';
import type { Row } from './results.ts';
import { round } from './statistics.ts';
import { script, startUpstream } from './ways.ts';

const STREAMS = 1_000;
const SETTLE_MS = 3_000;

export async function measureStreams(files: GateFiles, command: string): Promise<Row[]> {
  const [upstreamPort, barePort, port, adminPort] = (await freePorts(4)) as [number, number, number, number];
  const upstream = await startUpstream(upstreamPort);
  const { env, flags } = files;
  const passThrough = startChild({ script: script('pass-through.mjs'), args: [barePort, upstreamPort], flags, env });
  await ask(passThrough);
  const gateEnv = gateEnvironment(upstreamPort, { port, adminPort }, { clients: clientsFor(STREAMS) });
  const gate = startChild({ ...bare(files), env: { ...env, NODE_COMPILE_CACHE: files.compileCache, ...gateEnv } });
  await untilReady(adminPort);
  await sleep(SETTLE_MS);
  const bareMegabytes = await heldBy(passThrough, barePort);
  const megabytes = await heldBy(gate, port);
  for (const child of [gate, passThrough, upstream]) await stopChild(child);
  const note = `resident, above idle, with ${STREAMS} sessions and the stream of each; the bare pass-through takes ${round(bareMegabytes, 0)}`;
  const name = `memory/${STREAMS}-streams`;
  return [{ result: { name, value: round(megabytes, 0), unit: 'MB', aim: { max: 50 }, command }, note }];
}

async function heldBy(way: ChildProcess, port: number): Promise<number> {
  const idle = residentMegabytes(way);
  const streams = new OpenStreams();
  await streams.open(port, STREAMS);
  await sleep(SETTLE_MS);
  const held = residentMegabytes(way) - idle;
  const { died } = await streams.close();
  if (died > 0) throw new Error(`${died} of ${STREAMS} streams ended by themselves`);
  await streams.stop();
  return held;
}
