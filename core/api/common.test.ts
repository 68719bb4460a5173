import { describe, expect, it } from 'vitest';
import { durationSchema, parseDuration, parseQuantity, quantitySchema } from './common.ts';

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

describe('ranges', () => {
  const duration = durationSchema('10s', '24h', '15m');
  const quantity = quantitySchema('1Ki', '16Mi', '256Ki');

  it.each([
    ['the shortest duration is allowed', duration, '10s', true],
    ['the longest duration is allowed', duration, '24h', true],
    ['other spellings of the longest are, too', duration, '23h60m', true],
    ['a millisecond less than the shortest is not', duration, '9s999ms', false],
    ['a second more than the longest is not', duration, '24h1s', false],
    ['the smallest quantity is allowed', quantity, '1024', true],
    ['the largest quantity is allowed', quantity, '16Mi', true],
    ['a byte less is not', quantity, '1023', false],
    ['a byte more is not', quantity, '16777217', false],
  ])('%s', (_, schema, text, allowed) => {
    expect(schema.safeParse(text).success).toBe(allowed);
  });
});
