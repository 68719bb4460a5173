import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestIssuer } from '../../testing/test-issuer.ts';
import { findKeys } from './find-keys.ts';

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(() => issuer.close());

function answers(documents: Readonly<Record<string, unknown>>): void {
  issuer.answer = (request, response) => {
    const document = documents[request.url ?? ''];
    response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document ?? {}));
    return true;
  };
}

describe('the keys of an issuer', () => {
  it('are where its metadata says', async () => {
    expect(await findKeys(issuer.trusted())).toEqual(await issuer.jwks());
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('are where the policy says, or what it says', async () => {
    const set = await issuer.jwks();
    expect(await findKeys(issuer.trusted({ keys: { url: `${issuer.url}/keys` } }))).toEqual(set);
    expect(issuer.asked).toEqual(['/keys']);
    expect(await findKeys(issuer.trusted({ keys: { set } }))).toBe(set);
    expect(issuer.asked).toHaveLength(1);
  });

  it.each([[''], ['/']])('are found by OAuth metadata of an issuer whose URL ends with "%s"', async (end) => {
    const tenant = `${issuer.url}/a${end}`;
    answers({
      [`/.well-known/oauth-authorization-server/a${end}`]: { issuer: tenant, jwks_uri: `${issuer.url}/k` },
      '/k': await issuer.jwks(),
    });
    expect(await findKeys(issuer.trusted({ issuer: tenant }))).toEqual(await issuer.jwks());
    expect(issuer.asked[0]).toBe('/a/.well-known/openid-configuration');
  });

  it('are what is a key of what it lists', async () => {
    answers({ '/k': { keys: [{ kty: 'EC' }, 7, null] } });
    expect(await findKeys(issuer.trusted({ keys: { url: `${issuer.url}/k` } }))).toEqual({ keys: [{ kty: 'EC' }] });
  });

  it.each([
    ['another issuer', (url: string) => ({ issuer: `${url}/other`, jwks_uri: `${url}/keys` }), /is of issuer/],
    ['no place', (url: string) => ({ issuer: url }), /names no jwks_uri/],
    ['no URL', (url: string) => ({ issuer: url, jwks_uri: '/keys' }), /names no jwks_uri/],
    ['a file', (url: string) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' }), /names no jwks_uri/],
    ['a password', (url: string) => ({ issuer: url, jwks_uri: 'http://me:p@127.0.0.1/' }), /names no jwks_uri/],
  ])('are not taken from metadata that names %s', async (_, metadata, why) => {
    answers({ '/.well-known/openid-configuration': metadata(issuer.url) });
    await expect(findKeys(issuer.trusted())).rejects.toThrow(why);
  });

  it('are told by whose fault they cannot be found', async () => {
    answers({});
    await expect(findKeys(issuer.trusted())).rejects.toThrow(
      '/.well-known/openid-configuration answered with status 404',
    );
  });
});
