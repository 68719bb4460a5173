import { expect, it } from 'vitest';
import { policyOf, ALLOW_ALL } from '../../test/support/policy.ts';
import { isResourceMetadata, resourceMetadata, resourceMetadataUrl } from './own-resource.ts';

const jwt = [{ issuer: 'https://login.example.com', audiences: ['x'] }];
const accessOf = (said: object) => policyOf(ALLOW_ALL, said).bundle.server.access;
const own = accessOf({ jwt });
const known = accessOf({ jwt, url: 'https://mcp.example.com/servers/ledger' });
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

it('is nothing where no issuer is trusted', () => {
  expect(resourceMetadataUrl(accessOf({ anonymous: true }), 'a')).toBeUndefined();
  expect(isResourceMetadata(WELL_KNOWN, accessOf({ anonymous: true }))).toBe(false);
});

it('is at the public URL', () => {
  expect(resourceMetadataUrl(own, '127.0.0.1:8080')).toBe(`http://127.0.0.1:8080${WELL_KNOWN}/mcp`);
  expect(resourceMetadataUrl(known, 'whatever')).toBe(`https://mcp.example.com${WELL_KNOWN}/servers/ledger`);
  expect(resourceMetadata(known, 'whatever', [])).toMatchObject({
    resource: 'https://mcp.example.com/servers/ledger',
    authorization_servers: ['https://login.example.com'],
  });
});

it('says with which scopes a client begins, where there are any', () => {
  expect(resourceMetadata(own, 'a', ['mcp'])).toMatchObject({ scopes_supported: ['mcp'] });
  expect(resourceMetadata(own, 'a', [])).not.toHaveProperty('scopes_supported');
});

it.each([
  [WELL_KNOWN, true],
  [`${WELL_KNOWN}/mcp`, true],
  [`${WELL_KNOWN}/servers/ledger`, true],
  [`${WELL_KNOWN}/servers`, false],
  ['/.well-known/oauth-authorization-server', false],
  ['/mcp', false],
])('%s is its document: %s', (path, is) => expect(isResourceMetadata(path, known)).toBe(is));
