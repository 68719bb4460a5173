import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['45s', 45_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['1h2m3s4ms', 3_723_004],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '-1s', '1.5h', '1d', '30m1h', '1s ', ' 1s', '1S', '1234567s', '0x1s'])(
    'refuses %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(RangeError);
    },
  );
});
