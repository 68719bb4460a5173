import { describe, expect, it } from 'vitest';
import { againWords, spanWords, windowWords } from './wait-words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 30, 12, 2, 30);

describe('a span', () => {
  it.each([
    [1, '1 second'],
    [SECOND + 1, '2 seconds'],
    [119 * SECOND, '119 seconds'],
    [2 * MINUTE, '2 minutes'],
    [2 * MINUTE + 1, '3 minutes'],
    [2 * HOUR, '2 hours'],
    [47 * HOUR + 1, '48 hours'],
    [48 * HOUR + 1, '3 days'],
  ])('of %d ms is %s: never less than it takes', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });
});

describe('a window', () => {
  it.each([
    [SECOND, 'a second'],
    [90 * SECOND, '90 seconds'],
    [MINUTE, 'a minute'],
    [5 * MINUTE, '5 minutes'],
    [HOUR, 'an hour'],
    [24 * HOUR, 'a day'],
    [31 * 24 * HOUR, '31 days'],
    [1500, '1500 milliseconds'],
  ])('of %d ms is %s', (ms, words) => {
    expect(windowWords(ms)).toBe(words);
  });
});

describe('when again', () => {
  it('says how long and until when', () => {
    expect(againWords(39_001, NOW)).toBe('in 40 seconds, at 12:03:10Z');
  });

  it('names the day where that is not soon', () => {
    expect(againWords(13 * HOUR, NOW)).toBe('in 13 hours, at 2026-12-01T01:02:30Z');
  });
});
