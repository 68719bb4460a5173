import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestIssuer } from '../../testing/test-issuer.ts';
import { metadataOf, urlIn } from './issuer-metadata.ts';

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(() => issuer.close());

it('what an issuer says of itself is read, where it is of this issuer', async () => {
  expect(await metadataOf(issuer.url)).toEqual({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` });
  await expect(metadataOf(`${issuer.url}/`)).rejects.toThrow(/is of issuer/);
});

describe('a URL in metadata', () => {
  const read = (url: unknown, of = 'https://login.example.com') => urlIn({ token_endpoint: url }, 'token_endpoint', of);

  it.each([
    ['https://other.example.com/token', 'https://login.example.com'],
    ['http://127.0.0.1/token', 'http://127.0.0.1'],
    ['https://login.example.com/token', 'http://127.0.0.1'],
  ])('%s is taken from %s', (url, of) => {
    expect(read(url, of)).toBe(url);
  });

  it.each([[undefined], ['/token'], ['http://login.example.com/token'], ['https://me:pass@a.example/'], ['file:///x']])(
    '%s is not',
    (url) => {
      expect(() => read(url)).toThrow('https://login.example.com names no token_endpoint that can be trusted');
    },
  );
});
