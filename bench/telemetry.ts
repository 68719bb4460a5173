/** What OpenTelemetry costs: CPU of a call that is traced, by how many are, and of one that is not; memory with the SDK loaded. */
import { parseTraceParent } from '../core/telemetry/trace-context.ts';
import { readSampler } from '../core/telemetry/sampler.ts';
import { CallSpan, type Tracing } from '../sidecar/telemetry/call-span.ts';
import { ask, freePorts, startChild, stopChild } from './children.ts';
import type { GateFiles } from './gate.ts';
import { PAYLOADS, type Payload } from './payloads.ts';
import { residentMegabytes } from './process.ts';
import type { Row } from './results.ts';
import { round, spread } from './statistics.ts';
import { cpuMicros, script, Ways } from './ways.ts';

const SMALL = PAYLOADS[0] as Payload;
const CONNECTIONS = 16;
/** Each is a gate of its own; the first is what the others are held against. */
const GATES = [
  { name: 'none', env: {} },
  { name: 'unsampled', env: { OTEL_TRACES_SAMPLER: 'always_off' } },
  { name: 'sampled-10', env: { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' } },
  { name: 'sampled-100', env: { OTEL_TRACES_SAMPLER: 'always_on' } },
] as const;

interface Effort {
  readonly rounds: number;
  readonly requests: number;
}

export async function measureTelemetry(
  files: GateFiles,
  { rounds, requests }: Effort,
  command: string,
): Promise<Row[]> {
  const [sinkPort] = (await freePorts(1)) as [number];
  const sink = startChild({ script: script('otlp-sink.mjs'), args: [sinkPort] });
  await ask(sink);
  const otlp = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'none',
    // What finds no room is dropped, which would be cheap.
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
  };
  const ways: Ways[] = [];
  for (const { name, env } of GATES) ways.push(await Ways.start(files, [], name === 'none' ? {} : { ...otlp, ...env }));
  const costs = ways.map((): number[] => []);
  // Round by round through all of them: whatever else the machine does then meets each.
  for (let i = 0; i <= rounds; i++) {
    for (const [at, way] of ways.entries()) {
      const before = await cpuMicros(way.gate);
      const { completed } = await way.load.send(way.gate.port, SMALL.body, CONNECTIONS, requests);
      if (i > 0) costs[at]?.push(((await cpuMicros(way.gate)) - before) / completed);
    }
  }
  const memory = ways.map(({ gate }) => residentMegabytes(gate.child));
  for (const way of ways) await way.stop();
  await stopChild(sink);
  const added = (at: number): Row => {
    const differences = (costs[at] ?? []).map((value, i) => value - (costs[0]?.[i] as number));
    const { median, min, max } = spread(differences);
    const share = at === 2 ? 0.1 : 1;
    return {
      result: {
        ...{ name: `otlp/${GATES[at]?.name}`, value: round(median, 1), unit: 'µs', command },
        aim: { max: at === 1 ? 2 : round(30 * share, 0) },
      },
      note: `${round(min, 1)} to ${round(max, 1)} more CPU a call, of ${round(spread(costs[0] as number[]).median, 0)}`,
    };
  };
  const [without, loaded] = [memory[0] as number, memory[3] as number];
  return [
    ownStep(command),
    ...[1, 2, 3].map(added),
    {
      result: { ...{ name: 'otlp/memory', value: round(loaded - without, 0), unit: 'MB', command }, aim: { max: 25 } },
      note: `resident after the load: ${round(loaded, 0)} over ${round(without, 0)} without the SDK`,
    },
  ];
}

const HEADER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
const STEPS = 2_000_000;

/** What a call that is not traced costs, timed by itself: between two processes it cannot be seen. */
function ownStep(command: string): Row {
  const { sampler } = readSampler('parentbased_traceidratio', '0.1');
  const tracing: Tracing = { sampler, span() {} };
  const act = (): number => {
    let spans = 0;
    for (let i = 0; i < STEPS; i++) {
      const parent = parseTraceParent(HEADER, undefined);
      if (CallSpan.of(parent?.traceId ?? '', parent, tracing) !== undefined) spans++;
    }
    return spans;
  };
  act();
  const times = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    if (act() !== 0) throw new Error('a call is traced that should not be');
    return ((performance.now() - begun) * 1_000) / STEPS;
  });
  const { median, min, max } = spread(times);
  return {
    result: { name: 'otlp/unsampled-step', value: round(median, 2), unit: 'µs', aim: { max: 2 }, command },
    note: `${round(min, 2)} to ${round(max, 2)}; header read and decided on`,
  };
}
