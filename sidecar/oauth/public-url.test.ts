import { describe, expect, it } from 'vitest';
import { UrlMap, publicUrlOf } from './public-url.ts';

const access = { authorization: 'Server', anonymous: false, hosts: [], origins: [], url: null } as const;

describe('publicUrlOf', () => {
  it('is what is configured, or where the client has called', () => {
    expect(publicUrlOf({ ...access, tls: { certificate: 'Secret' } }, 'A:1')).toBe('https://a:1/mcp');
    expect(publicUrlOf({ ...access, url: 'https://mcp.example.com/x' }, 'other')).toBe('https://mcp.example.com/x');
    expect(publicUrlOf(access, 'Ledger.finance.svc:8080')).toBe('http://ledger.finance.svc:8080/mcp');
  });
});

describe('toPublic', () => {
  const urls = new UrlMap(new URL('http://127.0.0.1:3001/servers/ledger'), 'https://mcp.example.com/ledger/mcp');

  it.each([
    ['http://127.0.0.1:3001/servers/ledger', 'https://mcp.example.com/ledger/mcp'],
    ['http://localhost:3001/servers/ledger', 'https://mcp.example.com/ledger/mcp'],
    ['HTTP://[::1]:3001/servers/ledger?a#b', 'https://mcp.example.com/ledger/mcp?a#b'],
    ['http://127.0.0.1:3001', 'https://mcp.example.com'],
    ['http://127.0.0.1:3001/', 'https://mcp.example.com/'],
    ['http://127.0.0.1:3001/token?a=%2F', 'https://mcp.example.com/token?a=%2F'],
    [
      'http://127.0.0.1:3001/.well-known/oauth-protected-resource/servers/ledger',
      'https://mcp.example.com/.well-known/oauth-protected-resource/ledger/mcp',
    ],
    [
      'http://127.0.0.1:3001/.well-known/oauth-protected-resource',
      'https://mcp.example.com/.well-known/oauth-protected-resource',
    ],
    ['http://127.0.0.1:3001/servers/ledger/', 'https://mcp.example.com/servers/ledger/'],
  ])('moves %s', (url, expected) => {
    expect(urls.toPublic(url)).toBe(expected);
  });

  it.each([
    'https://auth.example.com/',
    'http://127.0.0.1:3002/servers/ledger',
    'https://127.0.0.1:3001/servers/ledger',
    'http://127.0.0.1:3001@evil.example.com/',
    'http://127.0.0.1:30011/',
    'http://ada:x@127.0.0.1:3001/',
    ' http://127.0.0.1:3001/',
    '/servers/ledger',
    'a text about http://127.0.0.1:3001/',
    '',
  ])('leaves %j alone', (url) => {
    expect(urls.toPublic(url)).toBe(url);
  });

  it('tells a server at the root from its endpoint', () => {
    const root = new UrlMap(new URL('http://127.0.0.1:3001/'), 'https://mcp.example.com/mcp');
    expect(root.toPublic('http://127.0.0.1:3001/')).toBe('https://mcp.example.com/');
    expect(root.toServer('/.well-known/oauth-protected-resource/mcp')).toBe('/.well-known/oauth-protected-resource');
  });

  it('takes a server elsewhere by its own name only', () => {
    const remote = new UrlMap(new URL('https://mcp.internal/mcp'), 'https://mcp.example.com/mcp');
    expect(remote.toPublic('https://mcp.internal:443/token')).toBe('https://mcp.example.com/token');
    expect(remote.toPublic('https://localhost/token')).toBe('https://localhost/token');
  });
});

describe('toServer', () => {
  const urls = new UrlMap(new URL('http://127.0.0.1:3001/real'), 'https://mcp.example.com/ledger/mcp');

  it.each([
    ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource/real'],
    ['/.well-known/oauth-protected-resource/ledger/mcp', '/.well-known/oauth-protected-resource/real'],
    ['/.well-known/oauth-protected-resource/mcp/', '/.well-known/oauth-protected-resource/mcp/'],
    ['/.well-known/oauth-authorization-server/tenant', '/.well-known/oauth-authorization-server/tenant'],
    ['/ledger/mcp/.well-known/openid-configuration', '/real/.well-known/openid-configuration'],
    ['/tenant/.well-known/openid-configuration', '/tenant/.well-known/openid-configuration'],
    ['/.well-known/oauth-protected-resources', '/.well-known/oauth-protected-resources'],
    ['/token', '/token'],
  ])('%s is %s', (path, expected) => {
    expect(urls.toServer(path)).toBe(expected);
  });
});
