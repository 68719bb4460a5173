import { describe, expect, it } from 'vitest';
import { CALENDAR, inZone, readDuration, readTimestamp, zoneFormat } from './times.ts';

describe('a moment', () => {
  it.each([
    ['2026-01-31T08:00:00Z', 1_769_846_400_000],
    ['2026-01-31T09:00:00.5+01:00', 1_769_846_400_500],
  ])('%s is read', (text, ms) => expect(readTimestamp(text, undefined).ms).toBe(ms));
  it.each(['', '2026-01-31', '2026-13-31T08:00:00Z', '0000-01-01T00:00:00Z', 'now', '2026-01-31 08:00:00Z'])(
    '%j is none',
    (text) => expect(() => readTimestamp(text, '/at')).toThrow('It is no time'),
  );
});

describe('a length of time', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['-1.5h', -5_400_000],
    ['250ms', 250],
    ['1us', 0.001],
  ])('%s is read', (text, ms) => expect(readDuration(text, undefined).ms).toBe(ms));
  it.each(['', '-', '5', 's', '1x', '1h 5m', '1s'.repeat(64)])('%j is none', (text) =>
    expect(() => readDuration(text, undefined)).toThrow('It is no length of time'),
  );
});

describe('a zone', () => {
  it('is made ready once however it is spelled', () => {
    expect(zoneFormat('europe/BERLIN')).toBe(zoneFormat('Europe/Berlin'));
    expect(zoneFormat('+0130')).toBe(zoneFormat('+01:30'));
  });
  it.each(['Mars', '', 'Europe:/Berlin', ':UTC', '+1:30', 'A\u017fia/Aden'])('%j is none', (zone) => {
    zoneFormat('Europe/Berlin');
    zoneFormat('UTC');
    zoneFormat('Asia/Aden');
    expect(zoneFormat(zone)).toBeUndefined();
  });
});

describe('a calendar', () => {
  const at = (text: string, zone?: string) => {
    const date = inZone(readTimestamp(text, undefined), zone === undefined ? undefined : zoneFormat(zone));
    return Object.fromEntries(Object.entries(CALENDAR).map(([name, read]) => [name, read(date)]));
  };
  it('counts as CEL does', () => {
    expect(at('2026-03-01T23:59:58.007Z')).toEqual({
      ...{ getFullYear: 2026, getMonth: 2, getDate: 1, getDayOfMonth: 0, getDayOfWeek: 0, getDayOfYear: 59 },
      ...{ getHours: 23, getMinutes: 59, getSeconds: 58, getMilliseconds: 7 },
    });
  });
  it('is that of the zone', () => {
    expect(at('2026-12-31T23:30:00Z', 'Europe/Berlin')).toMatchObject({
      getFullYear: 2027,
      getDayOfYear: 0,
      getHours: 0,
    });
    expect(at('2026-07-01T12:00:00Z', 'Europe/Berlin')).toMatchObject({ getHours: 14 });
    expect(at('2026-07-01T12:00:00Z', 'America/New_York')).toMatchObject({ getHours: 8, getDayOfWeek: 3 });
    expect(at('2026-07-01T12:00:00Z', '+05:30')).toMatchObject({ getHours: 17, getMinutes: 30 });
  });
  it('is none of a zone that nobody knows', () => expect(zoneFormat('Europ/Berlin')).toBeUndefined());
});
