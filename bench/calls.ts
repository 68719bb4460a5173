/** What a call costs: CPU of the gate over CPU of the bare pass-through, and the time one client waits longer. */
import type { ChildProcess } from 'node:child_process';
import { CallLoad } from './call-load.ts';
import { ask, freePorts, startChild, stopChild } from './children.ts';
import { type GateFiles, gateEnvironment, untilReady } from './gate.ts';
import { type Payload, PAYLOADS } from './payloads.ts';
import type { Row } from './results.ts';
import { pairwiseRatios, round, spread } from './statistics.ts';

const CONNECTIONS = 16;

export interface Effort {
  readonly rounds: number;
  /** Requests of one round with the smaller payloads; the largest gets a quarter of it. */
  readonly requests: number;
}

interface Way {
  readonly port: number;
  readonly child: ChildProcess;
}

export class CallBench {
  readonly #effort: Effort;
  readonly #command: string;
  readonly #load = new CallLoad();
  readonly #direct: Way;
  readonly #bare: Way;
  readonly #gate: Way;

  private constructor(effort: Effort, command: string, direct: Way, bare: Way, gate: Way) {
    this.#effort = effort;
    this.#command = command;
    this.#direct = direct;
    this.#bare = bare;
    this.#gate = gate;
  }

  static async start(files: GateFiles, effort: Effort, command: string): Promise<CallBench> {
    const [upstreamPort, barePort, port, adminPort] = (await freePorts(4)) as [number, number, number, number];
    const upstream = startChild({ script: script('upstream.mjs'), args: [upstreamPort] });
    await ask(upstream);
    // The same settings for both: what is compared is the code.
    const flags = [...files.flags, `--import=${script('report-usage.mjs')}`];
    const { env } = files;
    const bare = startChild({ script: script('pass-through.mjs'), args: [barePort, upstreamPort], flags, env });
    await ask(bare);
    const gateEnv = { ...env, ...gateEnvironment(upstreamPort, { port, adminPort }) };
    const gate = startChild({ script: files.script, flags, env: gateEnv });
    await untilReady(adminPort);
    const bench = new CallBench(
      effort,
      command,
      { port: upstreamPort, child: upstream },
      { port: barePort, child: bare },
      { port, child: gate },
    );
    await bench.#load.openSession(port);
    return bench;
  }

  async stop(): Promise<void> {
    await this.#load.stop();
    for (const { child } of [this.#gate, this.#bare, this.#direct]) await stopChild(child);
  }

  async measureCpu(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const payload of PAYLOADS) rows.push(await this.#cpuOf(payload));
    return rows;
  }

  /** Bare, gate, bare, gate, …: whatever else the machine does then meets both. */
  async #cpuOf(payload: Payload): Promise<Row> {
    const requests = Math.round(this.#effort.requests / (payload.bytes > 10_000 ? 4 : 1));
    for (const way of [this.#bare, this.#gate]) await this.#cpuPerRequest(way, payload, requests);
    const [bare, gate]: [number[], number[]] = [[], []];
    for (let i = 0; i < this.#effort.rounds; i++) {
      bare.push(await this.#cpuPerRequest(this.#bare, payload, requests));
      gate.push(await this.#cpuPerRequest(this.#gate, payload, requests));
    }
    const { median, min, max } = spread(pairwiseRatios(gate, bare));
    const [micros, bareMicros] = [spread(gate).median, spread(bare).median];
    return {
      result: {
        name: `cpu/${payload.name}`,
        value: round(median, 2),
        unit: '×',
        aim: { max: 1.5 },
        command: this.#command,
      },
      note: `${round(min, 2)} to ${round(max, 2)}; ${round(micros, 0)} µs over ${round(bareMicros, 0)} µs a call`,
    };
  }

  async #cpuPerRequest({ child, port }: Way, { body }: Payload, requests: number): Promise<number> {
    const before = await cpuMicros(child);
    const { completed } = await this.#load.send(port, body, CONNECTIONS, requests);
    return ((await cpuMicros(child)) - before) / completed;
  }

  /** One client that waits for each answer: how much later the median one comes than without anything in between. */
  async measureLatency(): Promise<Row[]> {
    const payload = PAYLOADS[0] as Payload;
    const requests = Math.round(this.#effort.requests / 4);
    const ways = [this.#direct, this.#bare, this.#gate];
    const times = ways.map((): number[] => []);
    for (let i = 0; i <= this.#effort.rounds; i++) {
      for (const [way, { port }] of ways.entries()) {
        const { p50Ms } = await this.#load.send(port, payload.body, 1, requests);
        // The first round warms up.
        if (i > 0) times[way]?.push(p50Ms);
      }
    }
    const [direct = [], bare = [], gate = []] = times;
    const added = spread(gate.map((value, i) => value - (direct[i] as number)));
    const bareAdded = spread(bare.map((value, i) => value - (direct[i] as number))).median;
    return [
      {
        result: {
          name: `latency/added-p50-${payload.name}`,
          value: round(added.median, 3),
          unit: 'ms',
          aim: { max: 0.5 },
          command: this.#command,
        },
        note: `${round(added.min, 3)} to ${round(added.max, 3)}; the bare pass-through adds ${round(bareAdded, 3)}`,
      },
    ];
  }
}

function script(name: string): string {
  return `${import.meta.dirname}/${name}`;
}

async function cpuMicros(child: ChildProcess): Promise<number> {
  return (await ask<{ cpuMicros: number }>(child, 'usage')).cpuMicros;
}
