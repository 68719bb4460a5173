/**
 * The soak: `npm run bench:soak [-- --minutes 10 --streams 2000 --rate 200]`. A real sidecar holds streams open and passes calls on for
 * minutes; at the end nothing may be lost. What each row means: README.md beside this file.
 */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, freePorts, startChild, stopAll, stopChild } from './children.ts';
import { bare } from './footprint.ts';
import { buildGate, gateEnvironment, removeScratch, untilReady } from './gate.ts';
import { clientsFor, OpenStreams } from './open-streams.ts';
import { openDescriptors, residentMegabytes } from './process.ts';
import type { RateOrder, RateState } from './rate-load.ts';
import { renderTable, writeResults } from './results.ts';
import { HELP, lacksDescriptors, readOptions, type SoakOptions } from './soak-options.ts';
import { faultsOf, rowsOf, SOAK_COMMAND, type SoakReport, unjudgedMemory } from './soak-report.ts';
import { round, type Sample } from './statistics.ts';
import type { StreamState } from './stream-load.ts';
import { type Behaviour, script, startUpstream } from './ways.ts';

const RESULTS = join(import.meta.dirname, 'results.json');
const LOOK_MS = 1_000;
const EVENT_EVERY_MS = 5_000;
/** A stream that is silent for so long has died without saying so. */
const MAX_SILENT_MS = 4 * EVENT_EVERY_MS;
/** Until sockets that nobody uses any more are gone. */
const MAX_CLOSING_MS = 20_000;

/** The exit code. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  const wrong = 'wrong' in options ? options.wrong : lacksDescriptors(options.streams);
  if ('wrong' in options || wrong !== undefined) {
    console.error(`✖ ${wrong}`);
    return 2;
  }
  const report = await soak(options);
  const rows = rowsOf(report);
  console.log(`\n${renderTable(rows)}\n`);
  const unjudged = unjudgedMemory(report);
  if (unjudged !== undefined) console.log(unjudged);
  const faults = faultsOf(report);
  for (const fault of faults) console.log(`✖ ${fault}`);
  if (options.record && faults.length === 0) {
    const results = rows.map(({ result }) => result);
    writeResults(RESULTS, SOAK_COMMAND, results);
    console.log('Written: bench/results.json');
  }
  return faults.length === 0 ? 0 : 1;
}

async function soak({ minutes, streams, rate }: SoakOptions): Promise<SoakReport> {
  say('building the sidecar');
  const files = await buildGate();
  const [upstreamPort, port, adminPort] = (await freePorts(3)) as [number, number, number];
  const upstream = await startUpstream(upstreamPort);
  const behaviour: Behaviour = { answer: 'mixed', bytes: 512, eventEveryMs: EVENT_EVERY_MS };
  await ask(upstream, behaviour);
  const clients = clientsFor(streams);
  const env = { ...files.env, ...gateEnvironment(upstreamPort, { port, adminPort }, { clients }) };
  const gate = startChild({ ...bare(files), env });
  await untilReady(adminPort);
  const start = openDescriptors(gate);

  const listeners = new OpenStreams();
  await listeners.open(port, streams, ({ open }) => say(`opening streams: ${open} of ${streams}`));
  const callers = startChild({ script: script('rate-load.ts') });
  const order: RateOrder = { port, perSecond: rate, clients };
  await ask<RateState>(callers, order);
  const memory = await watch(minutes * 60_000, gate, listeners, callers);
  const loaded = openDescriptors(gate);

  const calls = await ask<RateState>(callers, 'stop');
  const heard = await listeners.close();
  const end = await closed(gate, upstream, start);
  for (const child of [callers, gate, upstream]) await stopChild(child);
  await listeners.stop();
  const silent =
    heard.silentMs > MAX_SILENT_MS ? `a stream was silent for ${round(heard.silentMs / 1000, 0)} s` : undefined;
  return {
    streams,
    died: heard.died,
    events: heard.events,
    answered: calls.answered,
    failed: calls.failed,
    problems: [heard.problem, silent, calls.problem].filter((problem) => problem !== undefined),
    p50Ms: calls.p50Ms,
    p99Ms: calls.p99Ms,
    memory,
    descriptors: { start, loaded, end },
  };
}

/** Looks every second, says what it sees, and keeps how much memory the gate holds. */
async function watch(
  forMs: number,
  gate: ChildProcess,
  listeners: OpenStreams,
  callers: ChildProcess,
): Promise<Sample[]> {
  const memory: Sample[] = [];
  const began = performance.now();
  for (let atMs = 0; atMs < forMs; atMs = performance.now() - began) {
    const [heard, calls] = await Promise.all([listeners.state(), ask<RateState>(callers, 'state')]);
    const value = residentMegabytes(gate);
    memory.push({ atMs, value });
    say(lineOf(atMs, forMs, value, openDescriptors(gate), heard, calls));
    await sleep(Math.min(LOOK_MS, Math.max(0, forMs - (performance.now() - began))));
  }
  return memory;
}

function lineOf(
  atMs: number,
  forMs: number,
  megabytes: number,
  descriptors: number,
  heard: StreamState,
  calls: RateState,
): string {
  return [
    `${round(atMs / 1000, 0)} of ${round(forMs / 1000, 0)} s`,
    `${heard.open} streams (${heard.died} died), ${heard.events} events`,
    `${calls.answered} calls (${calls.failed} failed), p50 ${round(calls.p50Ms, 1)} p99 ${round(calls.p99Ms, 1)} ms`,
    `${round(megabytes, 0)} MB, ${descriptors} descriptors`,
  ].join(' · ');
}

/** Descriptors of the gate once nobody uses it any more. */
async function closed(gate: ChildProcess, upstream: ChildProcess, start: number): Promise<number> {
  const deadline = performance.now() + MAX_CLOSING_MS;
  for (;;) {
    // Connections that the gate keeps for its next call are no leak.
    await ask(upstream, 'close-idle');
    const count = openDescriptors(gate);
    if (count <= start || performance.now() > deadline) return count;
    say(`closing: ${count} descriptors, ${start} at the start`);
    await sleep(LOOK_MS);
  }
}

/** Progress goes to stderr, so that the table alone can be piped. */
function say(what: string): void {
  process.stderr.write(`… ${what}\n`);
}

process.once('SIGINT', () => void stopAll().then(() => process.exit(130)));
try {
  process.exitCode = await main();
} finally {
  await stopAll();
  removeScratch();
}
