import { describe, expect, it } from 'vitest';
import { durationSchema, quantitySchema } from './common.ts';

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
