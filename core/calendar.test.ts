import { describe, expect, test } from 'vitest';
import { isTimeZone, type PeriodName, PERIODS, periodAt } from './calendar.ts';

const at = (text: string): number => Date.parse(text);

describe('a period of the calendar', () => {
  test.each<[what: string, every: PeriodName, zone: string, now: string, startsAt: string, endsAt: string]>([
    ['a day of UTC', 'Day', 'UTC', '2026-12-01T10:00:00Z', '2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'],
    ['its first moment', 'Day', 'UTC', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'],
    ['an hour', 'Hour', 'Asia/Kolkata', '2026-12-01T10:40:00Z', '2026-12-01T10:30:00Z', '2026-12-01T11:30:00Z'],
    [
      'a day of 23 hours',
      'Day',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T22:00:00Z',
    ],
    [
      'a day of 25 hours',
      'Day',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-24T22:00:00Z',
      '2026-10-25T23:00:00Z',
    ],
    ['the end of that', 'Day', 'Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    [
      'a day without midnight',
      'Day',
      'Africa/Cairo',
      '2026-04-24T10:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-04-24T21:00:00Z',
    ],
    [
      'the one before it',
      'Day',
      'Africa/Cairo',
      '2026-04-23T21:59:59Z',
      '2026-04-22T22:00:00Z',
      '2026-04-23T22:00:00Z',
    ],
    [
      'a day with two midnights',
      'Day',
      'America/Havana',
      '2026-11-01T04:30:00Z',
      '2026-11-01T04:00:00Z',
      '2026-11-02T05:00:00Z',
    ],
    [
      'the second of them',
      'Day',
      'America/Havana',
      '2026-11-01T05:30:00Z',
      '2026-11-01T04:00:00Z',
      '2026-11-02T05:00:00Z',
    ],
    [
      'a clock put back over midnight',
      'Day',
      'America/Sao_Paulo',
      '2018-02-18T02:30:00Z',
      '2018-02-17T02:00:00Z',
      '2018-02-18T03:00:00Z',
    ],
    [
      'a day that was left out',
      'Day',
      'Pacific/Apia',
      '2011-12-30T09:59:59Z',
      '2011-12-29T10:00:00Z',
      '2011-12-30T10:00:00Z',
    ],
    [
      'the one behind it',
      'Day',
      'Pacific/Apia',
      '2011-12-30T10:00:00Z',
      '2011-12-30T10:00:00Z',
      '2011-12-31T10:00:00Z',
    ],
    [
      'a week from Monday',
      'Week',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-22T23:00:00Z',
      '2026-03-29T22:00:00Z',
    ],
    ['a week on its Monday', 'Week', 'UTC', '2026-11-30T00:00:00Z', '2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z'],
    ['a month', 'Month', 'America/New_York', '2026-02-28T23:00:00Z', '2026-02-01T05:00:00Z', '2026-03-01T05:00:00Z'],
    ['a month over a year', 'Month', 'UTC', '2026-12-31T23:59:59Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    [
      'a month in which the clock changes',
      'Month',
      'Europe/Berlin',
      '2026-10-31T22:59:59Z',
      '2026-09-30T22:00:00Z',
      '2026-10-31T23:00:00Z',
    ],
  ])('%s', (_what, every, zone, now, startsAt, endsAt) => {
    expect(periodAt(every, zone, at(now))).toEqual({ startsAt: at(startsAt), endsAt: at(endsAt) });
  });

  test.each([
    'Europe/Berlin',
    'America/Havana',
    'America/Sao_Paulo',
    'Africa/Cairo',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ])('is followed by the next one without gap or overlap, in %s', (zone) => {
    for (const every of PERIODS.filter((one) => one !== 'Hour')) {
      for (let now = at('2011-12-01T00:07:00Z'); now < at('2013-01-10T00:00:00Z');) {
        const period = periodAt(every, zone, now);
        expect(period.startsAt).toBeLessThanOrEqual(now);
        expect(period.endsAt).toBeGreaterThan(now);
        expect(periodAt(every, zone, period.endsAt - 1)).toEqual(period);
        expect(periodAt(every, zone, period.endsAt).startsAt).toBe(period.endsAt);
        now = period.endsAt;
      }
    }
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Mars/Olympus', false],
  ['', false],
])('%j is a time zone: %s', (name, known) => {
  expect(isTimeZone(name)).toBe(known);
});
