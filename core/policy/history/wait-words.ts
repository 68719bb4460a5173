/** Times in sentences: how long, and until when, so that whoever reads it need not know what time it is. */
import { secondsOf, timeOf } from '../../mcp/limited.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `40 seconds`, `5 minutes`, `3 hours`, `2 days`: rounded upwards. `ms` is positive. */
export function spanWords(ms: number): string {
  const seconds = secondsOf(ms);
  if (seconds < 2 * MINUTE) return counted(seconds, 'second');
  if (seconds < 2 * HOUR) return counted(Math.ceil(seconds / MINUTE), 'minute');
  if (seconds < 2 * DAY) return counted(Math.ceil(seconds / HOUR), 'hour');
  return counted(Math.ceil(seconds / DAY), 'day');
}

/** A window as whoever wrote it means it: `a minute`, `10 minutes`, `90 seconds`, `a day`. */
export function windowWords(ms: number): string {
  for (const [unit, length] of [
    ['day', DAY],
    ['hour', HOUR],
    ['minute', MINUTE],
    ['second', 1],
  ] as const) {
    if (ms % (length * 1000) !== 0) continue;
    const count = ms / (length * 1000);
    if (count === 1) return unit === 'hour' ? 'an hour' : `a ${unit}`;
    return counted(count, unit);
  }
  return `${ms} milliseconds`;
}

/** `in 40 seconds, at 12:03:10Z`; with the date where that is not within half a day. `now`: milliseconds since the epoch. */
export function againWords(waitMs: number, now: number): string {
  const at = timeOf(now + waitMs);
  return `in ${spanWords(waitMs)}, at ${waitMs < (DAY / 2) * 1000 ? at.slice(11) : at}`;
}

export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
