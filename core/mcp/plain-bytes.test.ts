import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { behindPlain, wordsAround } from './plain-bytes.ts';

const meansSomething = (byte: number): boolean => byte < 0x20 || byte === 0x22 || byte === 0x5c;

it('finds the first byte that means something in a string, wherever in memory it lies', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.nat(400), byte, fc.nat(40), fc.nat(3), fc.nat(40), (before, special, after, shift, start) => {
      const memory = Buffer.alloc(shift + before + 1 + after, 'é');
      memory[shift + before] = special;
      const bytes = memory.subarray(shift);
      const from = Math.min(start, bytes.length);
      const found = bytes.findIndex((one, i) => i >= from && meansSomething(one));
      expect(behindPlain(bytes, wordsAround(bytes), from)).toBe(found < 0 ? bytes.length : found);
    }),
    { numRuns: 3000 },
  );
});

it('knows each byte', () => {
  for (let byte = 0; byte < 256; byte++) {
    const bytes = Buffer.alloc(512, byte);
    const end = (from: number): number => (meansSomething(byte) ? from : 512);
    for (const from of [0, 100]) expect(behindPlain(bytes, wordsAround(bytes), from)).toBe(end(from));
  }
});
