/** The command line of the soak. */
import { parseArgs } from 'node:util';
import { maxDescriptors } from './process.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly streams: number;
  readonly rate: number;
  readonly record: boolean;
}

const DEFAULTS = { minutes: 10, streams: 2_000, rate: 200 };
/** A slope over less than this is noise. */
export const MIN_JUDGED_MS = 5 * 60_000;
/** Connections of calls, files, and what Node has open for itself. */
const OTHER_DESCRIPTORS = 300;

export const HELP = `npm run bench:soak -- [options]

Holds streams open through a real sidecar and calls through it at a fixed rate, and looks whether it loses anything: streams, calls,
memory or file descriptors. Exits with 1 when it does.

  --minutes <n>   how long, from when all streams are open (default ${DEFAULTS.minutes}); less than seven do not judge the memory
  --streams <n>   streams that stay open (default ${DEFAULTS.streams})
  --rate <n>      calls a second (default ${DEFAULTS.rate})
  --record        write the results into bench/results.json; only with the defaults or more
  --help          this text
`;

/** The options, or a sentence that says what is wrong with them. */
export function readOptions(args: readonly string[]): SoakOptions | 'help' | { readonly wrong: string } {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        streams: { type: 'string' },
        rate: { type: 'string' },
        record: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { wrong: (error as Error).message };
  }
  if (values.help) return 'help';
  const minutes = Number(values.minutes ?? DEFAULTS.minutes);
  const streams = Number(values.streams ?? DEFAULTS.streams);
  const rate = Number(values.rate ?? DEFAULTS.rate);
  if (!(minutes > 0 && minutes <= 24 * 60)) return { wrong: '--minutes wants a number above 0, at most 1440' };
  if (!(Number.isInteger(streams) && streams > 0)) return { wrong: '--streams wants a whole number above 0' };
  if (!(rate > 0 && rate <= 5_000)) return { wrong: '--rate wants a number above 0, at most 5000' };
  const isFull = minutes >= DEFAULTS.minutes && streams >= DEFAULTS.streams && rate >= DEFAULTS.rate;
  if (values.record && !isFull) return { wrong: '--record wants the default load and time, or more' };
  return { minutes, streams, rate, record: values.record };
}

/** Why so many streams cannot be opened here; undefined where they can. */
export function lacksDescriptors(streams: number, limit = maxDescriptors()): string | undefined {
  // The sidecar has two sockets for each stream.
  const needed = 2 * streams + OTHER_DESCRIPTORS;
  if (limit >= needed) return undefined;
  return `${streams} streams need ${needed} file descriptors in one process, and the limit is ${limit}: raise it (ulimit -Hn ${needed}, as root; in Docker --ulimit nofile=${needed}), or take fewer (--streams ${Math.max(1, Math.floor((limit - OTHER_DESCRIPTORS) / 2))})`;
}
