import { describe, expect, it } from 'vitest';
import { jwtSchema } from './access-jwt.ts';

const ENTRY = { issuer: 'https://login.example.com', audiences: ['https://mcp.example.com/mcp'] };
const complaints = (said: unknown): string[] =>
  (jwtSchema.safeParse(said).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('issuers of tokens', () => {
  it.each([
    [ENTRY],
    [{ ...ENTRY, issuer: 'https://login.example.com/realms/agents' }],
    [{ ...ENTRY, issuer: 'https://kubernetes.default.svc.cluster.local' }],
    [{ ...ENTRY, issuer: 'http://keycloak.auth.svc:8080/realms/a' }],
    [{ ...ENTRY, issuer: 'http://127.0.0.1:4444' }],
    [{ ...ENTRY, jwks: '{"keys":[{"kty":"RSA","n":"a","e":"AQAB"}]}' }],
  ])('may be %j', (entry) => expect(complaints([entry])).toEqual([]));

  it.each([
    ['0.issuer', { ...ENTRY, issuer: 'http://login.example.com' }, /is not a URL that keys can be trusted from/],
    ['0.issuer', { ...ENTRY, issuer: 'https://login.example.com?a' }, /without query or fragment/],
    ['0.issuer', { ...ENTRY, issuer: 'https://me:secret@login.example.com' }, /is not a URL/],
    ['0.audiences', { ...ENTRY, audiences: [] }, /./],
    ['0.algorithms.0', { ...ENTRY, algorithms: ['HS256'] }, /./],
    ['0.algorithms.0', { ...ENTRY, algorithms: ['none'] }, /./],
    ['0.jwks', { ...ENTRY, jwks: 'x' }, /is not a JSON Web Key Set/],
    ['0.jwks', { ...ENTRY, jwks: '{"keys":[]}' }, /is not a JSON Web Key Set/],
    ['0.jwks', { ...ENTRY, jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' }, /private or a symmetric key/],
    ['0.jwks', { ...ENTRY, jwks: '{"keys":[{"kty":"EC","d":"c2VjcmV0"}]}' }, /private or a symmetric key/],
    ['0.jwks', { ...ENTRY, jwksUrl: 'https://a.example/k', jwks: '{"keys":[{"kty":"EC"}]}' }, /says twice where/],
    ['0.clockSkew', { ...ENTRY, clockSkew: '1h' }, /from 0s to 5m/],
  ])('%s is refused in %j', (field, entry, words) => {
    const said = complaints([entry]);
    expect(said.filter((one) => one.startsWith(`${field}: `)).join()).toMatch(words);
    expect(said.join()).not.toContain('secret');
  });

  it('have one entry each', () => {
    expect(complaints([ENTRY, ENTRY])).toEqual([
      '1.issuer: stands here twice, and a token has one issuer; make one entry of both',
    ]);
  });
});
