import { expect, it } from 'vitest';
import { bearerChallenge, bearerToken, dpopChallenge, dpopToken, isDpopScheme, scopeChallenge } from './bearer.ts';

it.each([
  ['Bearer abc', 'abc'],
  ['bearer  a-._~+/b== ', 'a-._~+/b=='],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
])('the token of %s', (header, token) => expect(bearerToken(header)).toBe(token));

it.each([
  ['DPoP abc', 'abc', true],
  ['dpop  a-._~+/b== ', 'a-._~+/b==', true],
  ['DPoP', undefined, true],
  ['DPoP a b', undefined, true],
  ['DPoPabc', undefined, false],
  ['Bearer abc', undefined, false],
])('the token of %s that is bound to a key', (header, token, isDpop) => {
  expect(dpopToken(header)).toBe(token);
  expect(isDpopScheme(header)).toBe(isDpop);
});

it('asks for a proof, and says by which algorithms', () => {
  expect(isDpopScheme(undefined)).toBe(false);
  expect(dpopChallenge('use_dpop_nonce', 'a "nonce"', 'http://a/b')).toMatch(
    /^DPoP realm="sallyport", error="use_dpop_nonce", error_description="a 'nonce'", algs="ES256 [^"]+", resource_metadata="http:\/\/a\/b"$/,
  );
});

it('asks for a token, and says what is wrong with the one that came', () => {
  expect(bearerChallenge({}, 'why', undefined)).toBe('Bearer realm="sallyport"');
  expect(bearerChallenge({ authorization: 'x' }, 'it is "bad"\r\nü\\', 'http://a/b')).toBe(
    `Bearer realm="sallyport", error="invalid_token", error_description="it is 'bad'''''", resource_metadata="http://a/b"`,
  );
});

it('asks for scopes', () => {
  expect(bearerChallenge({}, 'why', 'http://a/b', ['mcp', 'pay'])).toBe(
    'Bearer realm="sallyport", scope="mcp pay", resource_metadata="http://a/b"',
  );
  expect(scopeChallenge({ authorization: 'Bearer x' }, 'why', 'http://a/b', ['mcp', 'pay'])).toBe(
    'Bearer realm="sallyport", error="insufficient_scope", error_description="why", scope="mcp pay", resource_metadata="http://a/b"',
  );
  expect(scopeChallenge({ authorization: 'DPoP x' }, 'why', undefined, ['pay'])).toBe(
    'DPoP realm="sallyport", error="insufficient_scope", error_description="why", scope="pay"',
  );
});
