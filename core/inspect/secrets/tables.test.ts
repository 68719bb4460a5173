import { expect, test } from 'vitest';
import { LITERALS, PLACES } from './tables.ts';

test('no literal hides one that begins with it', () => {
  const literals = [...PLACES.keys()];
  expect(literals.filter((one) => literals.some((other) => other !== one && one.startsWith(other)))).toEqual([]);
});

test('every literal leads to what may stand there', () => {
  for (const [literal, { tokens, names, isWord }] of PLACES) {
    LITERALS.lastIndex = 0;
    expect(LITERALS.exec(literal)?.[0]).toBe(literal);
    expect(isWord || tokens.length + names.length > 0).toBe(true);
  }
});
