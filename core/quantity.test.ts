import { describe, expect, it } from 'vitest';
import { parseQuantity } from './quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['4096', 4096],
    ['1k', 1000],
    ['1Ki', 1024],
    ['256Ki', 262_144],
    ['2M', 2_000_000],
    ['16Mi', 16_777_216],
    ['1G', 1_000_000_000],
    ['1Gi', 1_073_741_824],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseQuantity(text)).toBe(bytes);
  });

  it.each(['', 'Ki', '-1', '1.5Mi', '1K', '1KiB', '1 Ki', '1e3', 'constructor'])('refuses %j', (text) => {
    expect(() => parseQuantity(text)).toThrow(RangeError);
  });
});
