import { expect, test } from 'vitest';
import { luhn, mod11And10, mod97, verhoeff, weighted } from './check-digits.ts';

test.each([
  ['Luhn', luhn, '79927398713'],
  ['Verhoeff', verhoeff, '2363'],
  ['MOD 11,10', mod11And10, '86095742719'],
])('%s holds for the number of the textbook, and for none that differs in one digit', (_name, holds, number) => {
  expect(holds(number)).toBe(true);
  for (let i = 0; i < number.length; i++) {
    const other = String((Number(number[i]) + 1) % 10);
    expect(holds(number.slice(0, i) + other + number.slice(i + 1))).toBe(false);
  }
});

test('the rest by 97 is that of the whole number', () => {
  expect(mod97('3214282912345698765432161182')).toBe(1);
});

test('weights belong to places', () => {
  expect(weighted('123', [3, 2, -1])).toBe(4);
});
