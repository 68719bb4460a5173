import { describe, expect, it } from 'vitest';
import { numbersOf } from './digit-groups.ts';

function numbers(text: string, minDigits?: number): string[] {
  const found = new Set<string>();
  numbersOf(text, found, minDigits);
  return [...found];
}

describe('a number that identifies something', () => {
  it.each([
    ['account 7302846', '7302846'],
    ['card 4024007145316932.', '4024007145316932'],
    ['card 4024 0071 4531 6932.', '4024007145316932'],
    ['card 4024-0071-4531-6932 12/27', '4024007145316932'],
    ['SSN 219-09-9998', '219099998'],
    ['call +49 170 7654081 now', '7654081'],
    ['x219099998y', '219099998'],
    ['CUST-0048213', '0048213'],
  ])('%j holds %s', (text, number) => {
    expect(numbers(text)).toContain(number);
  });

  it.each([
    ['five digits', 'port 54321'],
    ['a date', '2026-11-30 and 30.11.2026 and 20261130 and 2026/11'],
    ['a time', '2026-11-30 22:10:45, 2026-11-30T22:10:45Z, 20261130221045'],
    ['an address of a machine', '192.168.100.200 and 127.0.0.1'],
    ['a round number', '1000000 and 25000000'],
    ['what fills a field', '123456789 0123456789 987654321 00000000 111111111'],
    ['a version', '1.24.3-2'],
    ['small numbers side by side', '10 20 30'],
  ])('%s is none', (_what, text) => {
    expect(numbers(text)).toEqual([]);
  });

  it('has more digits where more are asked for', () => {
    expect(numbers('7302846 and 402400714', 9)).toEqual(['402400714']);
  });

  it('is found in time that grows with the text, in tables of them too', () => {
    const started = performance.now();
    expect(numbers('12345 '.repeat(100_000)).length).toBeLessThan(20);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
