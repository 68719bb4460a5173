/** What a local gate records of its traffic, where it is asked to. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { parseQuantity } from '../core/quantity.ts';
import { visible } from '../core/shown/terminal-text.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { TrafficLog } from '../sidecar/traffic/traffic-log.ts';
import { systemReason, usageError, UserError } from './errors.ts';

export interface SaidRecord {
  readonly record?: string;
  readonly recordFor: string;
  readonly recordSize: string;
  readonly recordFull?: string[];
}

export interface RecordOptions {
  readonly file: string;
  readonly forMs: number;
  readonly maxBytes: number;
  readonly full: readonly string[];
}

const LONGEST_MS = 7 * 24 * 3_600_000;
const [LEAST_BYTES, MOST_BYTES] = [64 * 1024, 16 * 1024 ** 3];

export function withRecord(command: Command): Command {
  return command
    .option('--record <file>', 'write a traffic log, too: what is called, by whom, with the shapes of arguments')
    .option('--record-for <duration>', 'with --record: how long, at most 168h', '1h')
    .option('--record-size <bytes>', 'with --record: how large the log may become', '64Mi')
    .option('--record-full <name...>', 'with --record: parameters whose values are kept as they are, but for secrets');
}

/** Throws a UserError. */
export function recordOptions({
  record,
  recordFor,
  recordSize,
  recordFull = [],
}: SaidRecord): RecordOptions | undefined {
  if (record === undefined) return undefined;
  return { file: resolve(record), forMs: durationOf(recordFor), maxBytes: bytesOf(recordSize), full: recordFull };
}

function durationOf(text: string): number {
  try {
    const ms = parseDuration(text);
    if (ms >= 1_000 && ms <= LONGEST_MS) return ms;
  } catch {
    // Said below.
  }
  throw usageError(`--record-for ${visible(text)} is no duration from 1s to 168h`, 'write for example --record-for 1h');
}

function bytesOf(text: string): number {
  try {
    const bytes = parseQuantity(text);
    if (bytes >= LEAST_BYTES && bytes <= MOST_BYTES) return bytes;
  } catch {
    // Said below.
  }
  throw usageError(
    `--record-size ${visible(text)} is no size from 64Ki to 16Gi`,
    'write for example --record-size 64Mi',
  );
}

/** `name` is `namespace/name` of the server; `say` is told how it goes with it. Throws a UserError where the file cannot be had. */
export function openTraffic(
  options: RecordOptions | undefined,
  name: string,
  say: (line: string) => void,
): TrafficLog | undefined {
  if (options === undefined) return undefined;
  const { file, forMs, maxBytes, full } = options;
  const until = SYSTEM_CLOCK.now() + forMs;
  try {
    const of = { file, server: name, until, maxBytes, full, clock: SYSTEM_CLOCK, key: randomBytes(32) };
    const log = new TrafficLog({
      ...of,
      onEnd(why, error) {
        if (why !== 'closed')
          say(`traffic is not recorded any more: ${WHY[why]}${error === undefined ? '' : ` (${systemReason(error)})`}`);
      },
    });
    say(`traffic is recorded in ${file} until ${new Date(until).toISOString()}, or ${maxBytes} bytes`);
    return log;
  } catch (error) {
    throw new UserError(
      `the traffic log ${file} cannot be written: ${systemReason(error)}`,
      'choose another: --record FILE',
    );
  }
}

const WHY = { time: 'its time is over', size: 'the log is as large as it may be', failed: 'the log cannot be written' };
