import { expect, it } from 'vitest';
import { bearerChallenge, bearerToken } from './bearer.ts';

it.each([
  ['Bearer abc', 'abc'],
  ['bearer  a-._~+/b== ', 'a-._~+/b=='],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
])('the token of %s', (header, token) => expect(bearerToken(header)).toBe(token));

it('asks for a token, and says what is wrong with the one that came', () => {
  expect(bearerChallenge({}, 'why', undefined)).toBe('Bearer realm="sallyport"');
  expect(bearerChallenge({ authorization: 'x' }, 'it is "bad"\r\nü\\', 'http://a/b')).toBe(
    `Bearer realm="sallyport", error="invalid_token", error_description="it is 'bad'''''", resource_metadata="http://a/b"`,
  );
});
