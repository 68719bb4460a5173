import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_PART, firstPart, mayEndIn, nextPart } from './json-number.ts';

/** RFC 8259 §6. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isNumber(text: string): boolean {
  const [first = 0, ...others] = Buffer.from(text);
  let part = firstPart(first);
  for (const byte of others) {
    if (part === NO_PART) return false;
    part = nextPart(part, byte);
  }
  return part !== NO_PART && mayEndIn(part, undefined);
}

it('takes what the grammar takes', () => {
  const text = fc
    .array(fc.constantFrom(...Array.from('-+.eE0197x')), { maxLength: 7 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(text, (number) => {
      expect(isNumber(number), number).toBe(NUMBER.test(number));
    }),
    { numRuns: 5000 },
  );
});
