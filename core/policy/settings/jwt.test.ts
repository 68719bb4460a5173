import { expect, it } from 'vitest';
import { mcpServerSchema } from '../../api/mcp-server.ts';
import { compileJwt } from './jwt.ts';

const KEY = { kty: 'EC', crv: 'P-256', x: 'a', y: 'b', kid: 'one' };

function compiled(jwt: unknown) {
  const spec = { remote: { url: 'http://127.0.0.1/mcp' }, access: { jwt } };
  const server = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata: { name: 'a', namespace: 'b' } };
  return compileJwt(mcpServerSchema.parse({ ...server, spec }).spec.access);
}

it('is nothing where no issuer is trusted', () => {
  expect(compileJwt(undefined)).toEqual({});
});

it('is sorted, whatever the order in which it was written', () => {
  const one = { issuer: 'https://a.example', audiences: ['y', 'x'], clockSkew: '1m', algorithms: ['RS256', 'ES256'] };
  const other = { issuer: 'https://b.example', audiences: ['x'], require: { tenant: 'acme' } };
  expect(compiled([other, one])).toEqual(compiled([one, other]));
  expect(compiled([other, one]).jwt).toMatchObject([
    { issuer: 'https://a.example', audiences: ['x', 'y'], algorithms: ['ES256', 'RS256'], clockSkewMs: 60_000 },
    { issuer: 'https://b.example', clockSkewMs: 30_000, require: { tenant: 'acme' }, keys: null },
  ]);
});

it('says where the keys are', () => {
  const entry = { issuer: 'https://a.example', audiences: ['x'] };
  expect(compiled([{ ...entry, jwksUrl: 'https://a.example/keys' }]).jwt).toMatchObject([
    { keys: { url: 'https://a.example/keys' } },
  ]);
  expect(compiled([{ ...entry, jwks: JSON.stringify({ keys: [KEY] }) }]).jwt).toMatchObject([
    { keys: { set: { keys: [KEY] } } },
  ]);
});
