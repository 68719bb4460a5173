import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacSha256Hex } from './digest.ts';

describe('hmacSha256Hex', () => {
  it.each([
    {
      name: 'test case 2 of RFC 4231: a key shorter than a hash',
      key: Buffer.from('Jefe'),
      data: 'what do ya want for nothing?',
      digest: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    },
    {
      name: 'test case 1 of RFC 4231',
      key: Buffer.alloc(20, 0x0b),
      data: 'Hi There',
      digest: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
  ])('is right for $name', ({ key, data, digest }) => {
    expect(hmacSha256Hex(key, Buffer.from(data))).toBe(digest);
  });

  it('is what Node computes, for every key of up to a block and every text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        const key = Buffer.from(bytes);
        const expected = createHmac('sha256', key).update(text).digest('hex');
        const data = Buffer.from(text);
        expect([hmacSha256Hex(key, data), hmacSha256Hex(key, data)]).toEqual([expected, expected]);
      }),
    );
  });

  it('refuses a key that it would have to shorten', () => {
    expect(() => hmacSha256Hex(Buffer.alloc(65), Buffer.alloc(0))).toThrow(RangeError);
  });
});
