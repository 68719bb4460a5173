/** Two callers side by side, at one gate or at two: what it costs that one of them comes another way, or shows something else. */
import type { Caller, CallLoad } from './call-load.ts';
import { PAYLOADS, type Payload } from './payloads.ts';
import type { Aim, Row } from './results.ts';
import { pairwiseRatios, round, spread } from './statistics.ts';
import { cpuMicros, type Way } from './ways.ts';

const CONNECTIONS = 16;
const { body: BODY } = PAYLOADS[0] as Payload;

export interface Side {
  readonly gate: Way;
  /** Opened by this caller. */
  readonly session: string;
  /** What it shows in the next round of so many calls. */
  readonly caller: (requests: number) => Caller | Promise<Caller>;
}

export interface Sides {
  /** What the other one is compared with. */
  readonly base: Side;
  readonly other: Side;
}

interface Named {
  readonly name: string;
  readonly aim: Aim;
  readonly command: string;
}

export interface Effort {
  readonly rounds: number;
  readonly requests: number;
}

/** The session of a caller that stays the same. */
export async function sideOf(load: CallLoad, gate: Way, caller: Caller): Promise<Side> {
  return { gate, session: await load.openSession(gate.port, caller), caller: () => caller };
}

/** CPU of the gate a call, the other over the base, by turns. */
export async function compareCpu(load: CallLoad, { base, other }: Sides, effort: Effort, named: Named): Promise<Row> {
  const cpuPerCall = async ({ gate, session, caller }: Side): Promise<number> => {
    const shown = await caller(effort.requests);
    const before = await cpuMicros(gate);
    const { completed } = await load.send(gate.port, BODY, CONNECTIONS, effort.requests, shown, session);
    return ((await cpuMicros(gate)) - before) / completed;
  };
  const [bases, others] = await byTurns(base, other, effort.rounds, cpuPerCall);
  const { median, min, max } = spread(pairwiseRatios(others, bases));
  const [micros, baseMicros] = [spread(others).median, spread(bases).median];
  return row(named, round(median, 2), '×', [
    `${round(min, 2)} to ${round(max, 2)}`,
    `${round(micros, 0)} µs over ${round(baseMicros, 0)} µs a call`,
  ]);
}

/** How much later the median answer comes to the other one, each alone and waiting for its answers, by turns. */
export async function compareP50(load: CallLoad, { base, other }: Sides, effort: Effort, named: Named): Promise<Row> {
  const requests = Math.round(effort.requests / 4);
  const p50 = async ({ gate, session, caller }: Side): Promise<number> =>
    (await load.send(gate.port, BODY, 1, requests, await caller(requests), session)).p50Ms;
  const [bases, others] = await byTurns(base, other, effort.rounds, p50);
  const { median, min, max } = spread(others.map((value, i) => value - (bases[i] as number)));
  return row(named, round(median, 3), 'ms', [
    `${round(min, 3)} to ${round(max, 3)}`,
    `over ${round(spread(bases).median, 3)}`,
  ]);
}

async function byTurns(
  base: Side,
  other: Side,
  rounds: number,
  measure: (side: Side) => Promise<number>,
): Promise<[number[], number[]]> {
  const [bases, others]: [number[], number[]] = [[], []];
  for (const side of [base, other, base, other]) await measure(side);
  for (let i = 0; i < rounds; i++) {
    bases.push(await measure(base));
    others.push(await measure(other));
  }
  return [bases, others];
}

function row({ name, aim, command }: Named, value: number, unit: string, notes: readonly string[]): Row {
  return { result: { name, value, unit, aim, command }, note: notes.join('; ') };
}
