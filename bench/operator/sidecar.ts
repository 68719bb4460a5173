/** The sidecar in its pod: how fast it starts, what it holds in memory. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SIDECAR_CONTAINER } from '../../operator/names.ts';
import { processOf } from '../../test/cluster/support/container.ts';
import { ask, startChild, stopChild } from '../children.ts';
import type { LoadAnswer, LoadRequest } from '../load.ts';
import type { Row } from '../results.ts';
import { round, spread } from '../statistics.ts';
import type { Context } from './effort.ts';
import { type GuardedNode, NAMESPACE } from './guarded.ts';
import { megabytes } from './process.ts';

const IDLE_MS = 10_000;
const SAMPLE_MS = 100;
const CONNECTIONS = 16;
/** Of the text that a call carries. */
const SIZES = [400, 5_000, 50_000];
const LOAD_MS = 30_000;

/** Of its own: from the start of the process until it listens and a policy is in force, by its own clock. */
export async function measureStarts(guarded: GuardedNode, starts: number, { command, say }: Context): Promise<Row[]> {
  const own: number[] = [];
  const ready: number[] = [];
  for (let i = 1; i <= starts; i++) {
    say(`a new pod: ${i} of ${starts}`);
    const { metadata } = await guarded.pod();
    await guarded.kubectl('delete', 'pod', metadata.name, '--grace-period=1', '--wait=true');
    await guarded.untilReady();
    const pod = await guarded.pod();
    own.push(ownStartMs(await guarded.kubectl('logs', pod.metadata.name, '-c', SIDECAR_CONTAINER)));
    ready.push(secondsToReady(pod));
  }
  const { median, min, max } = spread(own);
  const pod = `the pod was ready ${spread(ready).min} to ${spread(ready).max} s after it was created (whole seconds)`;
  return [
    {
      result: { name: 'sidecar/start', value: round(median, 0), unit: 'ms', aim: { max: 200 }, command },
      note: `${round(min, 0)} to ${round(max, 0)} in ${starts} pods; ${pod}`,
    },
  ];
}

export async function measureMemory(guarded: GuardedNode, requests: number, { command, say }: Context): Promise<Row[]> {
  say('memory of the sidecar');
  const pod = await guarded.pod();
  const pid = await processOf(guarded.node.kubeconfig, NAMESPACE, pod.metadata.name, SIDECAR_CONTAINER);
  const resident = (): number => megabytes(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
  await sleep(IDLE_MS);
  const idle = resident();
  let most = 0;
  const sampler = setInterval(() => (most = Math.max(most, resident())), SAMPLE_MS);
  let completed = 0;
  try {
    for (const size of SIZES) completed += await load(guarded, size, Math.ceil(requests / (size > 10_000 ? 4 : 1)));
  } finally {
    clearInterval(sampler);
  }
  const row = (name: string, value: number, max: number, note: string): Row => ({
    result: { name: `sidecar/${name}`, value: round(value, 0), unit: 'MB', aim: { max }, command },
    note,
  });
  return [
    row('memory-idle', idle, 75, `resident, ${IDLE_MS / 1000} s after the pod was ready, nobody has called yet`),
    row(
      'memory-under-load',
      most,
      110,
      `resident, the most of all samples during ${completed} calls over ${CONNECTIONS} connections`,
    ),
  ];
}

/** How many were answered. */
async function load(guarded: GuardedNode, size: number, requests: number): Promise<number> {
  const { origin } = await guarded.endpoint();
  const { headers } = await guarded.session();
  const params = { name: 'echo', arguments: { message: 'x'.repeat(size) } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const child = startChild({ script: `${import.meta.dirname}/../load.ts` });
  const request: LoadRequest = {
    origin,
    path: '/mcp',
    headers,
    body,
    connections: CONNECTIONS,
    requests,
    maxMs: LOAD_MS,
  };
  try {
    const { completed, failed } = await ask<LoadAnswer>(child, request);
    if (failed > 0) throw new Error(`${failed} of ${completed + failed} calls of ${size} bytes failed`);
    return completed;
  } finally {
    await stopChild(child);
  }
}

function ownStartMs(log: string): number {
  const lines = log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { msg: string; time: number; startMs?: number });
  const listening = lines.find(({ msg }) => msg === 'listening');
  const inForce = lines.find(({ msg }) => msg === 'policy in force');
  if (listening?.startMs === undefined || inForce === undefined)
    throw new Error(`the sidecar did not say when:\n${log}`);
  return listening.startMs + Math.max(0, inForce.time - listening.time);
}

function secondsToReady({ metadata, status }: Awaited<ReturnType<GuardedNode['pod']>>): number {
  const conditions = (status?.['conditions'] ?? []) as { type: string; lastTransitionTime: string }[];
  const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  return (Date.parse(ready) - Date.parse(String(metadata.creationTimestamp))) / 1000;
}
