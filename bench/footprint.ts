/** What a sidecar costs before it does anything: the time until it is ready, and the memory it holds. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { CallLoad } from './call-load.ts';
import { freePorts, startChild, stopChild } from './children.ts';
import { type GateFiles, gateEnvironment, untilReady } from './gate.ts';
import { PAYLOADS } from './payloads.ts';
import type { Row } from './results.ts';
import { residentMegabytes } from './process.ts';
import { round, spread } from './statistics.ts';
import { startUpstream } from './ways.ts';

const IDLE_MS = 3_000;
const SAMPLE_MS = 100;

interface Start {
  readonly readyMs: number;
  /** The process's own clock when it listened. */
  readonly listeningMs: number;
}

/** Start to ready, with the compile cache that the image holds and without any. */
export async function measureStart(files: GateFiles, starts: number, command: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const cached of [true, false]) {
    rmSync(files.compileCache, { recursive: true, force: true });
    const env = cached ? { ...files.env, NODE_COMPILE_CACHE: files.compileCache } : files.env;
    // As the Dockerfile fills it.
    if (cached) await once(startChild({ ...bare(files), args: ['--version'], env, expectExit: true }), 'exit');
    const measured: Start[] = [];
    // The first one reads the files from disk for all.
    for (let i = 0; i <= starts; i++) measured.push(await startOnce(files, env));
    const [ready, listening] = [
      spread(measured.slice(1).map(({ readyMs }) => readyMs)),
      measured.slice(1).map(({ listeningMs }) => listeningMs),
    ];
    rows.push({
      result: {
        name: `start/ready${cached ? '' : '-without-compile-cache'}`,
        value: round(ready.median, 0),
        unit: 'ms',
        aim: { max: 200 },
        command,
      },
      note: `${round(ready.min, 0)} to ${round(ready.max, 0)}; by its own clock it listens after ${round(spread(listening).median, 0)}`,
    });
  }
  return rows;
}

async function startOnce(files: GateFiles, env: NodeJS.ProcessEnv): Promise<Start> {
  const [port, adminPort] = (await freePorts(2)) as [number, number];
  const environment = { ...env, ...gateEnvironment(1, { port, adminPort }) };
  const started = performance.now();
  const child = startChild({ ...bare(files), env: environment });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  await untilReady(adminPort);
  const readyMs = performance.now() - started;
  while (!log.includes('"startMs"')) await new Promise((resolve) => setTimeout(resolve, 1));
  await stopChild(child);
  return { readyMs, listeningMs: Number(/"startMs":(\d+)/.exec(log)?.[1]) };
}

/** Resident memory: of a sidecar nobody has called yet, and the most it held while it was called as fast as it could answer. */
export async function measureMemory(files: GateFiles, requests: number, command: string): Promise<Row[]> {
  const [upstreamPort, port, adminPort] = (await freePorts(3)) as [number, number, number];
  const upstream = await startUpstream(upstreamPort);
  const settings = { ...files.env, NODE_COMPILE_CACHE: files.compileCache };
  const env = { ...settings, ...gateEnvironment(upstreamPort, { port, adminPort }) };
  const gate = startChild({ ...bare(files), env });
  await untilReady(adminPort);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const idle = residentMegabytes(gate);

  const load = new CallLoad();
  await load.openSession(port);
  let most = 0;
  const sampler = setInterval(() => {
    most = Math.max(most, residentMegabytes(gate));
  }, SAMPLE_MS);
  for (const { body, bytes } of PAYLOADS)
    await load.send(port, body, 16, Math.round(requests / (bytes > 10_000 ? 4 : 1)));
  clearInterval(sampler);
  await load.stop();
  await stopChild(gate);
  await stopChild(upstream);
  const row = (name: string, megabytes: number, max: number, note: string): Row => ({
    result: { name, value: round(megabytes, 0), unit: 'MB', aim: { max }, command },
    note,
  });
  return [
    row('memory/idle', idle, 75, `resident, ${IDLE_MS / 1000} s after it was ready`),
    row('memory/under-load', most, 110, 'resident, the most of all samples, 16 connections, every payload in turn'),
  ];
}

/** Exactly as the image starts it: no channel to us, no preload. */
export function bare({ script, flags }: GateFiles): { script: string; flags: readonly string[]; channel: false } {
  return { script, flags, channel: false };
}
