/** Moments and lengths of time: their spellings, and what is read off them. */
import { Failure, type Place } from './failure.ts';
import { Duration, Timestamp } from './values.ts';

/** RFC 3339 §5.6. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** CEL, Timestamps: from the year 1 to 9999. */
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;
const MAX_DURATION = 64;

export function readTimestamp(text: string, place: Place): Timestamp {
  const ms = RFC_3339.test(text) ? Date.parse(text) : NaN;
  if (ms >= MIN_MS && ms <= MAX_MS) return new Timestamp(ms);
  throw new Failure('unreadable', 'It is no time such as 2026-01-31T08:00:00Z. Call again with one.', place);
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };
const PART = /^(\d{1,15}(?:\.\d{1,9})?)(h|ms|m|s|us|ns)/;

export function readDuration(text: string, place: Place): Duration {
  const negative = text.startsWith('-');
  let rest = negative ? text.slice(1) : text;
  let ms = 0;
  while (rest !== '' && text.length <= MAX_DURATION) {
    const part = PART.exec(rest);
    if (part === null) break;
    ms += Number(part[1]) * (UNITS[part[2] ?? ''] ?? NaN);
    rest = rest.slice(part[0].length);
    if (rest === '') return new Duration(negative ? -ms : ms);
  }
  throw new Failure('unreadable', 'It is no length of time such as 90s or 1h30m. Call again with one.', place);
}

/** ASCII alone: other letters fold to some of these, too. */
const SPELLED = /^[A-Za-z0-9_/+:-]+$/;
/** By zone, whose names fold the case, and there are some hundred; offsets are as many as a day has minutes. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Undefined where there is no such zone. Made once for each zone: one takes 0.2 ms and 30 KB, and a pack may name zones 30,000 times. */
export function zoneFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (!SPELLED.test(zone)) return undefined;
  const key = zone.toLowerCase().replace(/^([+-]\d\d):/, '$1');
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = makeFormat(zone);
  if (made !== undefined) formats.set(key, made);
  return made;
}

function makeFormat(zone: string): Intl.DateTimeFormat | undefined {
  const hour = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
  const day = { year: 'numeric', month: 'numeric', day: 'numeric', era: 'short' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', ...day, ...hour });
  } catch {
    return undefined;
  }
}

/** What clocks and calendars of a zone show, as if it were UTC; undefined: of UTC itself. */
export function inZone({ ms }: Timestamp, format: Intl.DateTimeFormat | undefined): Date {
  if (format === undefined) return new Date(ms);
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const [year = NaN, month = NaN, day, hour, minute, second] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((type) => Number(parts.get(type)));
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, ((ms % 1000) + 1000) % 1000));
  // Not by Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(parts.get('era') === 'BC' ? 1 - year : year, month - 1, day);
  return date;
}

const DAY = 86_400_000;

/** CEL, Standard Definitions: months and days count from 0, but for getDate, and the week begins with Sunday. */
export const CALENDAR: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

/** Of lengths of time: all of it, in whole units. */
export const LENGTHS: Readonly<Record<string, (ms: number) => number>> = {
  getHours: (ms) => Math.trunc(ms / 3_600_000),
  getMinutes: (ms) => Math.trunc(ms / 60_000),
  getSeconds: (ms) => Math.trunc(ms / 1_000),
  getMilliseconds: (ms) => Math.trunc(ms),
};
