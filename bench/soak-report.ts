/** What a soak found, and whether that is good enough. */
import { MIN_JUDGED_MS } from './soak-options.ts';
import { type Result, type Row } from './results.ts';
import { round, type Sample, slopePerHour } from './statistics.ts';

export const SOAK_COMMAND = 'npm run bench:soak';
/** Half a hundred bytes lost with each of 200 calls a second are 36 MB in an hour; what a collector does by itself is less in ten minutes. */
const MAX_SLOPE = 30;
/** Files and sockets that a process opens once, when it first needs them. */
const MAX_DESCRIPTORS_LEFT = 10;

export interface SoakReport {
  readonly streams: number;
  readonly died: number;
  readonly events: number;
  readonly answered: number;
  readonly failed: number;
  /** Of the first stream that died and the first call that failed. */
  readonly problems: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident megabytes, since the streams were open. */
  readonly memory: readonly Sample[];
  readonly descriptors: { readonly start: number; readonly loaded: number; readonly end: number };
}

/** The first fifth, and at most two minutes, is warm-up. */
export function afterWarmUp(memory: readonly Sample[]): readonly Sample[] {
  const [first, last] = [memory[0], memory.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = first.atMs + Math.min(120_000, (last.atMs - first.atMs) / 5);
  return memory.filter(({ atMs }) => atMs >= from);
}

/** Too short a time says nothing of an hour. */
function isLongEnough(memory: readonly Sample[]): boolean {
  const [first, last] = [memory[0], memory.at(-1)];
  return first !== undefined && last !== undefined && last.atMs - first.atMs >= MIN_JUDGED_MS;
}

/** Why the soak failed, as sentences; none: it did not. */
export function faultsOf(report: SoakReport): string[] {
  const { died, failed, problems, descriptors } = report;
  const judged = afterWarmUp(report.memory);
  const slope = slopePerHour(judged);
  const left = descriptors.end - descriptors.start;
  return [
    ...(died > 0 ? [`${died} of ${report.streams} streams died`] : []),
    ...(report.events < report.streams ? [`only ${report.events} events came on ${report.streams} streams`] : []),
    ...(failed > 0 ? [`${failed} of ${failed + report.answered} calls failed`] : []),
    ...(report.answered === 0 ? ['no call was answered'] : []),
    ...problems,
    ...(left > MAX_DESCRIPTORS_LEFT
      ? [`${left} more descriptors are open than at the start; at most ${MAX_DESCRIPTORS_LEFT} may be`]
      : []),
    ...(isLongEnough(judged) && slope > MAX_SLOPE
      ? [`memory grows by ${round(slope, 0)} MB an hour; at most ${MAX_SLOPE} it may`]
      : []),
  ];
}

export function rowsOf(report: SoakReport): Row[] {
  const { descriptors } = report;
  const judged = afterWarmUp(report.memory);
  const slope = round(slopePerHour(judged), 1);
  return [
    row('streams-died', report.died, '', 0, `of ${report.streams}, on which ${report.events} events came`),
    row('calls-failed', report.failed, '', 0, `of ${report.answered + report.failed}`),
    row('p50', round(report.p50Ms, 2), 'ms', 5, 'from when the call was due'),
    row('p99', round(report.p99Ms, 2), 'ms', 50, ''),
    ...(isLongEnough(judged) ? [row('memory-slope', slope, 'MB/h', MAX_SLOPE, describeMemory(report.memory))] : []),
    row(
      'descriptors-left',
      descriptors.end - descriptors.start,
      '',
      MAX_DESCRIPTORS_LEFT,
      `${descriptors.start} at the start, ${descriptors.loaded} under load, ${descriptors.end} at the end`,
    ),
  ];
}

/** What is said of a soak that was too short to judge its memory by; undefined for others. */
export function unjudgedMemory({ memory }: SoakReport): string | undefined {
  if (isLongEnough(afterWarmUp(memory))) return undefined;
  return `Memory: ${describeMemory(memory)}; too short a time to judge it by.`;
}

function describeMemory(memory: readonly Sample[]): string {
  const judged = afterWarmUp(memory);
  const [first, last] = [judged[0]?.value ?? 0, judged.at(-1)?.value ?? 0];
  const most = Math.max(0, ...memory.map(({ value }) => value));
  return `${round(first, 0)} to ${round(last, 0)} MB after warm-up, ${round(most, 0)} at most`;
}

function row(name: string, value: number, unit: string, max: number, note: string): Row {
  const result: Result = { name: `soak/${name}`, value, unit, aim: { max }, command: SOAK_COMMAND };
  return { result, note };
}
