/** What a call costs: CPU of the gate over CPU of the bare pass-through, and the time one client waits longer. */
import { type Payload, PAYLOADS } from './payloads.ts';
import type { Row } from './results.ts';
import { pairwiseRatios, round, spread } from './statistics.ts';
import { type Behaviour, cpuMicros, PLAIN, type Way, type Ways } from './ways.ts';

const CONNECTIONS = 16;
const MEGABYTE = 1_048_576;
const SMALL = PAYLOADS[0] as Payload;

export interface Effort {
  readonly rounds: number;
  /** Requests of one round with small payloads and answers; the larger ones get a part of it. */
  readonly requests: number;
}

/** Answers to the smallest call. That of 512 bytes of JSON is among the rows of the payloads. */
const ANSWERS: readonly { readonly name: string; readonly behaviour: Behaviour; readonly share: number }[] = [
  { name: 'json-50kb', behaviour: { answer: 'json', bytes: 51_200 }, share: 1 / 2 },
  { name: 'json-1mb', behaviour: { answer: 'json', bytes: MEGABYTE }, share: 1 / 30 },
  { name: 'sse-0.5kb', behaviour: { answer: 'sse', bytes: 512 }, share: 1 },
  { name: 'sse-50kb', behaviour: { answer: 'sse', bytes: 51_200 }, share: 1 / 2 },
  { name: 'sse-1mb', behaviour: { answer: 'sse', bytes: MEGABYTE }, share: 1 / 30 },
  { name: 'sse-100-events', behaviour: { answer: 'events', bytes: 512 }, share: 1 / 10 },
];

export class CallBench {
  readonly #ways: Ways;
  readonly #effort: Effort;
  readonly #command: string;

  constructor(ways: Ways, effort: Effort, command: string) {
    this.#ways = ways;
    this.#effort = effort;
    this.#command = command;
  }

  /** By what is sent. */
  async measureCpu(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const payload of PAYLOADS) {
      const requests = Math.round(this.#effort.requests / (payload.bytes > 10_000 ? 4 : 1));
      rows.push(await this.#cpuOf(`cpu/${payload.name}`, payload, requests));
    }
    return rows;
  }

  /** The smallest call through a gate that also looks at what messages hold. */
  async measureBaseline(): Promise<Row[]> {
    return [await this.#cpuOf(`cpu/${SMALL.name}-baseline`, SMALL, this.#effort.requests, 1.6)];
  }

  /** By what comes back. */
  async measureAnswers(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const { name, behaviour, share } of ANSWERS) {
      await this.#ways.behave(behaviour);
      rows.push(await this.#cpuOf(`answer/${name}`, SMALL, Math.round(this.#effort.requests * share)));
    }
    await this.#ways.behave(PLAIN);
    return rows;
  }

  /** Bare, gate, bare, gate, …: whatever else the machine does then meets both. */
  async #cpuOf(name: string, payload: Payload, requests: number, max = 1.5): Promise<Row> {
    const ways = [this.#ways.bare, this.#ways.gate];
    for (const way of ways) await this.#cpuPerRequest(way, payload, requests);
    const [bare, gate]: [number[], number[]] = [[], []];
    for (let i = 0; i < this.#effort.rounds; i++) {
      bare.push(await this.#cpuPerRequest(this.#ways.bare, payload, requests));
      gate.push(await this.#cpuPerRequest(this.#ways.gate, payload, requests));
    }
    const { median, min: least, max: most } = spread(pairwiseRatios(gate, bare));
    const [micros, bareMicros] = [spread(gate).median, spread(bare).median];
    return {
      result: { name, value: round(median, 2), unit: '×', aim: { max }, command: this.#command },
      note: `${round(least, 2)} to ${round(most, 2)}; ${round(micros, 0)} µs over ${round(bareMicros, 0)} µs a call`,
    };
  }

  async #cpuPerRequest(way: Way, { body }: Payload, requests: number): Promise<number> {
    const before = await cpuMicros(way);
    const { completed } = await this.#ways.load.send(way.port, body, CONNECTIONS, requests);
    return ((await cpuMicros(way)) - before) / completed;
  }

  /** One client that waits for each answer: how much later the median one comes than without anything in between. */
  async measureLatency(): Promise<Row[]> {
    const times = await this.#alone(({ p50Ms }) => p50Ms);
    return [this.#laterRow(`latency/added-p50-${SMALL.name}`, 0.5, times)];
  }

  /** From the server's writing of the first event until a client has it, less the same without anything in between. */
  async measureFirstEvent(): Promise<Row[]> {
    await this.#ways.behave({ answer: 'stamped', bytes: 512 });
    const times = await this.#alone(({ stampedP50Ms }) => stampedP50Ms);
    await this.#ways.behave(PLAIN);
    return [this.#laterRow('latency/first-event', 1, times)];
  }

  /** The times of one client on each of the three ways, round by round. */
  async #alone(timeOf: (answer: { p50Ms: number; stampedP50Ms: number }) => number): Promise<number[][]> {
    const requests = Math.round(this.#effort.requests / 4);
    const { direct, bare, gate } = this.#ways;
    const ways = [direct, bare, gate];
    const times = ways.map((): number[] => []);
    for (let i = 0; i <= this.#effort.rounds; i++) {
      for (const [way, { port }] of ways.entries()) {
        const time = timeOf(await this.#ways.load.send(port, SMALL.body, 1, requests));
        // The first round warms up.
        if (i > 0) times[way]?.push(time);
      }
    }
    return times;
  }

  #laterRow(name: string, max: number, [direct = [], bare = [], gate = []]: number[][]): Row {
    const added = spread(gate.map((value, i) => value - (direct[i] as number)));
    const bareAdded = spread(bare.map((value, i) => value - (direct[i] as number))).median;
    return {
      result: { name, value: round(added.median, 3), unit: 'ms', aim: { max }, command: this.#command },
      note: `${round(added.min, 3)} to ${round(added.max, 3)}; the bare pass-through adds ${round(bareAdded, 3)}`,
    };
  }
}
