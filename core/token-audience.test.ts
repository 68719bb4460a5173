import { expect, test } from 'vitest';
import { claimsAudience } from './token-audience.ts';

const token = (payload: unknown): string => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`;

test.each([
  [token({ aud: ['a', 'b'] }), true],
  [token({ aud: 'a' }), true],
  [token({ aud: ['b'] }), false],
  [token({}), false],
  [token(null), false],
  ['opaque', false],
  ['a.b.c', false],
  ['', false],
])('%s claims to be for a: %s', (text, expected) => {
  expect(claimsAudience(text, 'a')).toBe(expected);
});
