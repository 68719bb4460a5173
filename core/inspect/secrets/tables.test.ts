import { expect, test } from 'vitest';
import { LITERALS, PLACES } from './tables.ts';

test('no literal hides one that begins with it', () => {
  const literals = [...PLACES.keys()];
  expect(literals.filter((one) => literals.some((other) => other !== one && one.startsWith(other)))).toEqual([]);
});

test('every literal leads to what may stand there', () => {
  for (const [literal, { tokens, names, isWord }] of PLACES) {
    expect(LITERALS.next(literal.toUpperCase(), 0)).toBe(0);
    expect(LITERALS.found).toBe(literal);
    expect(isWord || tokens.length + names.length > 0).toBe(true);
  }
});
