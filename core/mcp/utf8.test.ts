import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pieces } from './pieces.ts';
import { atEachByte, cutAt } from './testing/cut-pieces.ts';
import { isUtf8Text } from './utf8.ts';

/** Characters of every length, and what is none: cut off, too long, halves of surrogate pairs, beyond the last one. */
const part = fc.constantFrom(
  ...['a', 'é', '€', '😀'].map((text) => Buffer.from(text)),
  ...['80', 'c3', 'e282', 'f09f98', 'c080', 'eda080', 'f4908080', 'ff'].map((hex) => Buffer.from(hex, 'hex')),
);

describe('UTF-8 in pieces', () => {
  it('is what it is in one piece, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 4 }), (parts, cuts) => {
        const bytes = Buffer.concat(parts);
        for (const pieces of [Pieces.of(bytes), cutAt(bytes, cuts), atEachByte(bytes)]) {
          expect(isUtf8Text(pieces)).toBe(isUtf8(bytes));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
