import { describe, expect, it } from 'vitest';
import { healthRequest, saysServing } from './health-message.ts';

describe('the question', () => {
  it('is an empty message for the server as a whole', () => {
    expect(healthRequest('')).toEqual(Buffer.from([0, 0, 0, 0, 0]));
  });

  it('names the service', () => {
    expect(healthRequest('ab')).toEqual(Buffer.from([0, 0, 0, 0, 4, 0x0a, 2, 0x61, 0x62]));
  });

  it('has a length of two bytes from 128 on', () => {
    const message = healthRequest('x'.repeat(300)).subarray(5);
    expect([...message.subarray(0, 3)]).toEqual([0x0a, 0xac, 0x02]);
    expect(message).toHaveLength(303);
  });
});

describe('the answer says SERVING', () => {
  it.each([
    ['when it does', [0, 0, 0, 0, 2, 0x08, 1], true],
    ['not when it says NOT_SERVING', [0, 0, 0, 0, 2, 0x08, 2], false],
    ['not when it says SERVICE_UNKNOWN', [0, 0, 0, 0, 2, 0x08, 3], false],
    ['not when it says UNKNOWN, which is the empty message', [0, 0, 0, 0, 0], false],
    ['not when it is compressed', [1, 0, 0, 0, 2, 0x08, 1], false],
    ['not when it is cut', [0, 0, 0, 0, 4, 0x08, 1], false],
    ['not when there is none', [], false],
  ])('%s', (_, bytes, serving) => {
    expect(saysServing(Buffer.from(bytes))).toBe(serving);
  });
});
