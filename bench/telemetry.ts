/** What OpenTelemetry costs: CPU of a call, by how many are traced, and memory of a gate that has loaded the SDK. */
import { setImmediate as turn } from 'node:timers/promises';
import { readOtlpSettings } from '../core/telemetry/otlp-settings.ts';
import { readSampler } from '../core/telemetry/sampler.ts';
import { parseTraceParent } from '../core/telemetry/trace-context.ts';
import type { Call, MessageCall } from '../sidecar/call/call.ts';
import { newSending } from '../sidecar/call/stages.ts';
import { beginTrace, endTrace } from '../sidecar/call/trace-call.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { upstreamRequestOf } from '../sidecar/path/dispatch/upstream-request.ts';
import type { Tracing } from '../sidecar/telemetry/call-span.ts';
import { newTraceId } from '../sidecar/telemetry/trace-id.ts';
import { judgedCall, requestOf } from '../sidecar/testing/calls.ts';
import { startTelemetry } from '../telemetry/start.ts';
import { ask, freePorts, startChild, stopChild } from './children.ts';
import type { GateFiles } from './gate.ts';
import { PAYLOADS, type Payload } from './payloads.ts';
import { residentMegabytes } from './process.ts';
import type { Row } from './results.ts';
import { round, spread } from './statistics.ts';
import { script, Ways } from './ways.ts';

const SMALL = PAYLOADS[0] as Payload;
const CONNECTIONS = 16;
const PARENT = 'b7ad6b7169203331';
/** As many end together; then what is to be sent is. */
const TOGETHER = 16;

interface Effort {
  readonly rounds: number;
  /** Of the gate whose memory is looked at. */
  readonly requests: number;
  /** Calls of a round. */
  readonly calls: number;
}

const SHARES = [
  { name: 'unsampled', ratio: '0', max: 2 },
  { name: 'sampled-10', ratio: '0.1', max: 3 },
  { name: 'sampled-100', ratio: '1', max: 30 },
] as const;

export async function measureTelemetry(files: GateFiles, effort: Effort, command: string): Promise<Row[]> {
  const [sinkPort] = (await freePorts(1)) as [number];
  const sink = startChild({ script: script('otlp-sink.mjs'), args: [sinkPort] });
  await ask(sink);
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'none',
    // What finds no room is dropped, which would be cheap.
    OTEL_BSP_MAX_QUEUE_SIZE: '1000000',
  };
  const cpu = await measureCpu(effort, env, command);
  const memory = await measureMemory(files, effort.requests, env, command);
  await stopChild(sink);
  return [...cpu, memory];
}

/** In this process, with the real SDK, and what it takes to send it: between two gates it would be lost among all else. */
async function measureCpu({ rounds, calls }: Effort, env: Record<string, string>, command: string): Promise<Row[]> {
  Object.assign(process.env, env);
  const costs = SHARES.map((): number[] => []);
  for (let i = 0; i <= rounds; i++) {
    const without = await cpuPerCall(calls, undefined);
    for (const [at, { ratio }] of SHARES.entries()) {
      const telemetry = startTelemetry({
        ...{ settings: readOtlpSettings(env), env, version: '0', resource: { 'service.name': 'bench' } },
        families: async () => Promise.resolve([]),
        onDropped: (signal, count, why) => {
          throw new Error(`${count} ${signal} were dropped: ${why}`);
        },
      });
      const { sampler } = readSampler('traceidratio', ratio);
      const tracing: Tracing = { sampler, span: (span) => telemetry.span(span) };
      const cost = await cpuPerCall(calls, tracing, async () => telemetry.close(30_000));
      // The first round warms up.
      if (i > 0) costs[at]?.push(cost - without);
    }
  }
  for (const name of Object.keys(env)) delete process.env[name];
  return SHARES.map(({ name, max }, at) => {
    const { median, min, max: most } = spread(costs[at] as number[]);
    return {
      result: { name: `otlp/${name}`, value: round(median, 1), unit: 'µs', aim: { max }, command },
      note: `${round(min, 1)} to ${round(most, 1)} more CPU a call; two spans each, sent`,
    };
  });
}

async function cpuPerCall(calls: number, tracing: Tracing | undefined, end?: () => Promise<void>): Promise<number> {
  const parts = { clock: SYSTEM_CLOCK, tracing };
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) {
    const parent = parseTraceParent(`00-${newTraceId()}-${PARENT}-00`, undefined);
    const message = requestOf('tools/call', { name: 'write_file', arguments: { path: '/tmp/a', text: 'x' } });
    const call = judgedCall({ message }, { parent, traceId: parent?.traceId ?? '' });
    beginTrace(call as Call as MessageCall, parts);
    if (upstreamRequestOf(call).body === undefined) throw new Error('there is nothing to send');
    call.isSent(newSending(SYSTEM_CLOCK.monotonic(), 'legacy', undefined));
    endTrace(call, parts, 'answered', 'forwarded');
    if (i % TOGETHER === 0) await turn();
  }
  await end?.();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

async function measureMemory(
  files: GateFiles,
  requests: number,
  env: Record<string, string>,
  command: string,
): Promise<Row> {
  const [without, loaded] = [await residentAfter(files, requests, {}), await residentAfter(files, requests, env)];
  return {
    result: { name: 'otlp/memory', value: round(loaded - without, 0), unit: 'MB', aim: { max: 25 }, command },
    note: `resident after the same load: ${round(loaded, 0)}, and ${round(without, 0)} without the SDK`,
  };
}

async function residentAfter(files: GateFiles, requests: number, env: Record<string, string>): Promise<number> {
  const ways = await Ways.start(files, { mount: () => env });
  await ways.load.send(ways.gate.port, SMALL.body, CONNECTIONS, requests);
  const megabytes = residentMegabytes(ways.gate.child);
  await ways.stop();
  return megabytes;
}
