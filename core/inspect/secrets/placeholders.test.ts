import { expect, test } from 'vitest';
import { isPlaceholder } from './placeholders.ts';

test.each([
  'AKIAIOSFODNN7EXAMPLE',
  'your-api-key',
  '${TOKEN}',
  '<token>',
  '{{ key }}',
  'process.env.KEY',
  '%KEY%',
  'zzzzzzzz',
])('%s stands for a secret', (value) => {
  expect(isPlaceholder(value)).toBe(true);
});

test('what is none stands for itself', () => {
  expect(isPlaceholder('q9Zt4Lw8Xr2P')).toBe(false);
});
