/**
 * Periods of the calendar in a time zone (IANA, as Intl has it): hours, days, weeks from Monday (ISO 8601) and months. A day on which the
 * clock is put back has 25 hours, one on which it is put forward has 23, and where midnight is left out it begins with what comes instead.
 */

export const PERIODS = ['Hour', 'Day', 'Week', 'Month'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** Milliseconds since the epoch; `endsAt` is the first moment of the next one. */
export interface Period {
  readonly startsAt: number;
  readonly endsAt: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 1 January 1970 was a Thursday. */
const DAYS_FROM_MONDAY = 3;

/** The one that a moment is in. Throws RangeError on a time zone that nobody knows. */
export function periodAt(every: PeriodName, timeZone: string, now: number): Period {
  const zone = new Zone(timeZone);
  if (every === 'Hour') {
    const offset = zone.offsetAt(now);
    const startsAt = Math.floor((now + offset) / HOUR) * HOUR - offset;
    return { startsAt, endsAt: startsAt + HOUR };
  }
  let start = beginOf(every, now + zone.offsetAt(now));
  // Where the clock is put back over midnight, what is read on it may be the day that is over.
  if (now >= zone.momentOf(nextOf(every, start))) start = nextOf(every, start);
  return { startsAt: zone.momentOf(start), endsAt: zone.momentOf(nextOf(every, start)) };
}

export function isTimeZone(name: string): boolean {
  try {
    return new Zone(name).offsetAt(0) !== undefined;
  } catch {
    return false;
  }
}

/** Of a moment on the clock of a wall, as if that were UTC; so are all that follow. */
function beginOf(every: Exclude<PeriodName, 'Hour'>, wall: number): number {
  const day = Math.floor(wall / DAY);
  if (every === 'Day') return day * DAY;
  if (every === 'Week') return (day - ((((day + DAYS_FROM_MONDAY) % 7) + 7) % 7)) * DAY;
  const date = new Date(wall);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function nextOf(every: Exclude<PeriodName, 'Hour'>, begin: number): number {
  if (every === 'Day') return begin + DAY;
  if (every === 'Week') return begin + 7 * DAY;
  const date = new Date(begin);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    const two = '2-digit' as const;
    this.#format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', era: 'short' },
      ...{ month: two, day: two, hour: two, minute: two, second: two },
    });
  }

  /** Milliseconds by which the clock of a wall is ahead of UTC. */
  offsetAt(moment: number): number {
    const parts = new Map(this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return wall - Math.floor(moment / 1000) * 1000;
  }

  /** The first moment at which the clock of a wall shows this or, where it is left out, what comes instead. */
  momentOf(wall: number): number {
    const [before, after] = [wall - this.offsetAt(wall - DAY), wall - this.offsetAt(wall + DAY)];
    const shown = [before, after].filter((moment) => moment + this.offsetAt(moment) === wall);
    return shown.length === 0 ? before : Math.min(...shown);
  }
}
